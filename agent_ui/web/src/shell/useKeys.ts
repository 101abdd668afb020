// Turns key presses into softphone actions for as long as the frame is there.
import { onBeforeUnmount, onMounted } from 'vue'
import { commandOf, isTypingIn, usesEnter, type KeyCommand } from '@/desk/keys'
import { answer, canAnswer, canBeReady, goReady, hangUp, isTaped, leaveCall, pressParty, toggleHold, toggleMute, toggleRecording, toggleTake } from '@/desk/seat'
import type { PartyPress } from '@/api/controls'
import { isChoosingState, isDialingOut, isInControl, isKeypadOpen, isPassingOn } from '@/desk/control'
import { canAsk, toggleHelp } from '@/desk/assistance'
import { isLive, me, work, worksAsAgent } from '@/desk/live'
import { canPark, noPickUpBecause, parkCall, parked, pickUpCall, surveyCall } from '@/desk/parked'
import { mayLeave, partyFor } from '@/desk/people'
import { phone } from '@/desk/phone'
import { isPlanning } from '@/desk/todo'
import { dialShown, isSkipping, shownLead } from '@/desk/preview'
import { aimedStep, attendAimed, canAttend, recordAimed } from '@/desk/supervising'
import { ownStep } from '@/desk/takes'

function pressForParty(press: PartyPress): boolean {
  const party = isInControl.value && work.value?.call ? partyFor(work.value.call, press) : null
  return party !== null && (void pressParty(party, press), true)
}

/** Puts the cursor into a field of the page, if it is there. */
function goTo(field: string): boolean {
  const there = document.querySelector<HTMLElement>(`[data-field="${field}"]`)
  const input = there?.matches('input, textarea') ? there : there?.querySelector<HTMLElement>('input, textarea')
  input?.focus()
  return Boolean(input)
}

function dialOut(): boolean {
  return worksAsAgent.value && work.value === null && ((isDialingOut.value = true), true)
}

export function useKeys(showHelp: () => void): void {
  const run: Record<KeyCommand, () => boolean> = {
    answer: () => canAnswer.value && (void answer(), true),
    end: () => phone.value.call?.phase === 'up' && (void hangUp(), true),
    mute: () => phone.value.call?.phase === 'up' && (toggleMute(), true),
    hold: () => isInControl.value && (void toggleHold(), true),
    'ask-help': () => canAsk.value && (void toggleHelp(), true),
    park: () => canPark.value && (void parkCall(), true),
    'pick-up': () => parked.value.length > 0 && !noPickUpBecause.value && (void pickUpCall(parked.value[0]!), true),
    next: () => isLive.value && me.value !== null && ((isChoosingState.value = true), true),
    'pass-on': () => isInControl.value && ((isPassingOn.value = true), true),
    swap: () => pressForParty('swap'),
    'bring-in': () => pressForParty('bring-in'),
    drop: () => pressForParty('drop'),
    leave: () => isInControl.value && mayLeave(work.value!.call!) && (void leaveCall(), true),
    survey: () => canPark.value && (void surveyCall(), true),
    keypad: () => phone.value.call?.phase === 'up' && ((isKeypadOpen.value = !isKeypadOpen.value), true),
    note: () => goTo('note'),
    tags: () => goTo('tags'),
    plan: () => work.value !== null && ((isPlanning.value = true), true),
    skip: () => shownLead.value !== null && ((isSkipping.value = true), true),
    dial: () => (shownLead.value !== null && (void dialShown(), true)) || dialOut(),
    record: () => isTaped.value && (void toggleRecording(), true),
    take: () => isInControl.value && ownStep(work.value?.call ?? null) !== null && (void toggleTake(), true),
    take_of: () => aimedStep.value !== null && (void recordAimed(), true),
    ready: () => canBeReady.value && (void goReady(), true),
    listen: () => canAttend.value && (void attendAimed('listen'), true),
    whisper: () => canAttend.value && (void attendAimed('whisper'), true),
    barge: () => canAttend.value && (void attendAimed('barge'), true),
    take_over: () => canAttend.value && (void attendAimed('take_over'), true),
    help: () => (showHelp(), true),
  }

  function pressed(event: KeyboardEvent): void {
    if (event.repeat || event.defaultPrevented) return
    const command = commandOf(event, isTypingIn(document.activeElement), usesEnter(document.activeElement))
    if (command && run[command]()) event.preventDefault()
  }

  onMounted(() => window.addEventListener('keydown', pressed))
  onBeforeUnmount(() => window.removeEventListener('keydown', pressed))
}
