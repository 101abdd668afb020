// What a policy says, in words.
import type { Policy } from '@/api/campaigns'

type Translate = (key: string, values?: Record<string, unknown>) => string

/** Policies of the operator's own have the names that they have. */
export function policyName(name: string, t: Translate, te: (key: string) => boolean): string {
  const key = `campaigns.policyNames.${name}`
  return te(key) ? t(key) : name
}

export function policyAbout({ about, about_zh }: Pick<Policy, 'about' | 'about_zh'>, isChinese: boolean): string {
  return (isChinese && about_zh) || about
}

export function policySources({ sources, sources_zh }: Pick<Policy, 'sources' | 'sources_zh'>, isChinese: boolean): string[] {
  return isChinese && sources_zh.length ? sources_zh : sources
}

/** "Mon–Fri 8:00–20:00; Sat closed": days with the same hours together. */
export function hoursText(hours: [string, string][][], t: Translate): string {
  const names = t('campaigns.days.names').split(',')
  const texts = hours.map((day) => day.map(([since, until]) => `${since}–${until}`).join(', ') || t('campaigns.days.closed'))
  if (new Set(texts).size === 1) return `${t('campaigns.days.everyDay')} ${texts[0]}`
  const runs: { first: number; last: number; text: string }[] = []
  texts.forEach((text, day) => {
    const before = runs.at(-1)
    if (before?.text === text) before.last = day
    else runs.push({ first: day, last: day, text })
  })
  return runs.map(({ first, last, text }) => `${first === last ? names[first] : `${names[first]}–${names[last]}`} ${text}`).join('; ')
}

export function policyLines(policy: Policy, t: Translate): string[] {
  const lines: string[] = []
  if (policy.abandonment_limit_ratio !== null) {
    const percent = +(policy.abandonment_limit_ratio * 100).toFixed(2)
    lines.push(t('campaigns.policy.limit', { percent, window: t(`campaigns.policy.window.${policy.abandonment_window}`) }))
  }
  lines.push(policy.hours ? t('campaigns.policy.hours', { text: hoursText(policy.hours, t) }) : t('campaigns.policy.noHours'))
  if (policy.holidays) lines.push(t('campaigns.policy.holidays'))
  for (const cap of policy.caps) {
    const scope = t(`campaigns.policy.scope.${cap.scope}`)
    lines.push(t(cap.talks_only ? 'campaigns.policy.capTalks' : 'campaigns.policy.cap', { attempts: cap.attempts, hours: cap.within_h, scope }))
  }
  if (policy.rest_after_abandoned_h > 0) lines.push(t('campaigns.policy.rest', { hours: policy.rest_after_abandoned_h }))
  if (policy.rings_at_least_s > 0) lines.push(t('campaigns.policy.rings', { seconds: policy.rings_at_least_s }))
  if (policy.asks_consent) lines.push(t('campaigns.policy.consent'))
  if (policy.do_not_call_age_max_days !== null) lines.push(t('campaigns.policy.register', { days: policy.do_not_call_age_max_days }))
  return lines
}
