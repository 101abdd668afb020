import { expect, test } from 'vitest'
import { campaigns as en } from '@/i18n/en/campaigns'
import { campaigns as zh } from '@/i18n/zh/campaigns'
import { whyWord } from './why'

// As crm_core, dialer/settling.py, dialer/domain/clearance.py and crm_core/domain/dial_policy.py write them.
const CODES = [
  'by_hand', 'do_not_call', 'attempts_used_up', 'no_number_left', 'called_now', 'closed', 'capped', 'rests', 'shown_used_up', 'holiday', 'no_consent', 'register_old', 'not_a_number', 'dial_not_allowed',
  'number_blocked', 'kind_not_allowed', 'prefix_not_allowed', 'dial_cap_agent', 'dial_cap_number', 'human', 'no_answer', 'abandoned', 'lost',
]

test('whatever stands there has words in either language', () => {
  for (const words of [en, zh]) {
    const known: Record<string, string> = {}
    for (const group of ['whys', 'verdicts'] as const) for (const [code, text] of Object.entries(words[group])) known[`campaigns.${group}.${code}`] = text
    const say = (code: string) => whyWord(code, (key) => known[key]!, (key) => key in known)
    for (const code of CODES) expect(say(code)).not.toBe(code)
    expect([say(''), say('from_elsewhere')]).toEqual(['', 'from_elsewhere'])
  }
})
