import { expect, test } from 'vitest'
import { hoursText } from './policyText'

const words: Record<string, string> = {
  'campaigns.days.names': 'Mon,Tue,Wed,Thu,Fri,Sat,Sun',
  'campaigns.days.closed': 'closed',
  'campaigns.days.everyDay': 'every day',
}
const t = (key: string) => words[key]!

test('days with the same hours stand together', () => {
  const work: [string, string][] = [['08:00', '20:00']]
  expect(hoursText([work, work, work, work, work, work, []], t)).toBe('Mon–Sat 08:00–20:00; Sun closed')
  expect(hoursText(Array(7).fill(work), t)).toBe('every day 08:00–20:00')
  const lunch: [string, string][] = [['10:00', '13:00'], ['14:00', '20:00']]
  expect(hoursText([lunch, lunch, lunch, lunch, lunch, [], work], t)).toBe('Mon–Fri 10:00–13:00, 14:00–20:00; Sat closed; Sun 08:00–20:00')
})
