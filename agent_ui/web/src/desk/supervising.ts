// What a supervisor does from any page: attend a talk, go from one mode to another, and act on an agent's state.
import { ElMessage, ElMessageBox } from 'element-plus'
import { computed, ref, watch } from 'vue'
import { forceHangUp, forceNotReady, forceReady, forceSignOut, recordTalk, stopSupervising, supervise } from '@/api/supervising'
import { callOf } from '@/cti/store'
import type { AgentView, Mode } from '@/cti/views'
import { i18n } from '@/i18n'
import { router } from '@/router'
import { may, session } from '@/session'
import { attendedBy, isAttendable, needsVoice } from './attending'
import { serverNow } from './clock'
import { isNews } from './forced'
import { floor, isLive, me, worksAsAgent } from './live'
import { hasPhone, microphone, phone, softphone } from './phone'
import { act } from './seat'
import { isChanging, supervisorStep, type TakeStep } from './takes'
import { MicrophoneError } from '@/phone/microphone'

export const maySupervise = computed(() => may('floor.supervise'))
export const attended = computed(() => attendedBy(floor.value))
/** The agent whose row has the focus: keys mean them while no talk is attended. */
export const aimed = ref<number | null>(null)

/** Why no talk can be attended from this page; '' when it can. */
export const noEarBecause = computed(() => {
  if (!isLive.value) return i18n.global.t('why.offline')
  if (!session.user?.extension) return i18n.global.t('errors.no_extension')
  if (!hasPhone.value) return i18n.global.t('why.otherTab')
  return phone.value.link === 'registered' && me.value?.phone_reachable ? '' : i18n.global.t('supervise.noPhone')
})

const aimedAgent = computed(() => (floor.value.objects[`agent:${aimed.value}`] as AgentView | undefined) ?? null)

function isAimedAttendable(): boolean {
  const agent = aimedAgent.value
  return agent !== null && isAttendable(agent, callOf(floor.value, agent.call_id), floor.value.me)
}

export const canAttend = computed(() => maySupervise.value && noEarBecause.value === '' && (attended.value !== null || isAimedAttendable()))

export async function attendAimed(mode: Mode): Promise<void> {
  const now = attended.value
  const agent = now ? (floor.value.objects[`agent:${now.supervision.agent_id}`] as AgentView | undefined) : aimedAgent.value
  const callId = now?.call.call_id ?? agent?.call_id
  if (agent && callId) await attend(agent, callId, mode)
}

/** Rings this page for the talk, which answers by itself; when it attends already, changes how. */
export async function attend(agent: AgentView, callId: string, mode: Mode): Promise<void> {
  const t = i18n.global.t
  if (mode === 'take_over' && !(await isSure('takeOver', agent.name, t('supervise.take_over')))) return
  await act('supervise', async () => {
    if (needsVoice(mode) && phone.value.call?.supervises) await takeMicrophone()
    await supervise(callId, mode)
  })
}

const aimedCall = computed(() => (maySupervise.value ? (attended.value?.call ?? callOf(floor.value, aimedAgent.value?.call_id)) : null))
export const aimedStep = computed(() => (isLive.value && !isChanging(aimedCall.value) ? supervisorStep(aimedCall.value) : null))

export async function recordAimed(): Promise<void> {
  if (aimedCall.value && aimedStep.value) await recordCall(aimedCall.value.call_id, aimedStep.value)
}

/** Any talk; everybody sees that it is recorded. */
export async function recordCall(callId: string, step: TakeStep): Promise<void> {
  await act('take', () => recordTalk(callId, step === 'start'))
}

export async function leaveAttended(): Promise<void> {
  const callId = attended.value?.call.call_id
  if (callId) await act('supervise', () => stopSupervising(callId))
}

export async function endCallOf(agent: AgentView): Promise<void> {
  const callId = agent.call_id
  if (callId && (await isSure('hangUp', agent.name, i18n.global.t('supervise.hangUp')))) await act('force', () => forceHangUp(agent.agent_id, callId))
}

export async function makeReady(agent: AgentView): Promise<void> {
  await act('force', () => forceReady(agent.agent_id))
}

export async function makeNotReady(agent: AgentView, reason: string): Promise<void> {
  await act('force', () => forceNotReady(agent.agent_id, reason))
}

export async function signOutAgent(agent: AgentView): Promise<void> {
  if (await isSure('signOut', agent.name, i18n.global.t('supervise.signOut'))) await act('force', () => forceSignOut(agent.agent_id))
}

/** Whoever is hurt by it is named before it is done. */
async function isSure(words: 'takeOver' | 'hangUp' | 'signOut', name: string, confirmButtonText: string): Promise<boolean> {
  const t = i18n.global.t
  const options = { type: 'warning', confirmButtonText, cancelButtonText: t('common.cancel'), confirmButtonClass: 'sure' } as const
  return (await ElMessageBox.confirm(t(`supervise.${words}Text`), t(`supervise.${words}Title`, { name }), options).catch(() => 'cancel')) !== 'cancel'
}

async function takeMicrophone(): Promise<void> {
  try {
    await softphone.takeMicrophone()
  } catch (error) {
    if (error instanceof MicrophoneError) microphone.value = error.state
    throw error
  }
}

/** The leg of a talk that is attended to speak was answered without a microphone. */
function speakIfWanted(): void {
  const mode = attended.value?.supervision.mode
  if (phone.value.call?.supervises && phone.value.call.phase === 'up' && mode && needsVoice(mode)) void act('supervise', takeMicrophone)
}

export function startSupervising(): () => void {
  const stops = [
    watch(worksAsAgent, (seated) => (session.seated = seated), { immediate: true, flush: 'sync' }),
    watch(() => phone.value.call?.phase, speakIfWanted),
    watch(() => me.value?.state === 'talking' && session.user?.role !== 'agent', (leads) => leads && void router.push({ name: 'workspace' })),
    watch(() => me.value?.forced?.at, (at) => at && isLive.value && isNews(at, serverNow()) && sayForced()),
  ]
  return () => stops.forEach((stop) => stop())
}

function sayForced(): void {
  const forced = me.value?.forced
  if (forced) ElMessage.warning({ message: i18n.global.t(`supervise.forced.${forced.act}`, { name: forced.by }), showClose: true, duration: 10_000 })
}
