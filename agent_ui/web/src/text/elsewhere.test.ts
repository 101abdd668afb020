import { expect, it } from 'vitest'
import { clocksThere } from './elsewhere'

const AT = new Date('2026-11-25T12:00:00Z')
const here = Intl.DateTimeFormat().resolvedOptions().timeZone

it('says nothing where it is as late as here, or where nobody knows', () => {
  expect(clocksThere(AT, [here], 'en')).toBe('')
  expect(clocksThere(AT, [], 'en')).toBe('')
})

it('says day and time of each place once, the earliest first', () => {
  expect(clocksThere(AT, ['Asia/Kathmandu'], 'en')).toBe('Wed 17:45')
  expect(clocksThere(AT, ['Asia/Kathmandu', 'Asia/Yangon'], 'en')).toBe('Wed 17:45 / Wed 18:30')
  expect(clocksThere(AT, ['America/Chicago', 'America/New_York', 'America/Detroit'], 'en')).toBe('Wed 06:00 / Wed 07:00')
  expect(clocksThere(AT, ['Pacific/Auckland', 'Asia/Yangon', 'Asia/Kathmandu'], 'en')).toBe('Wed 17:45 – Thu 01:00')
})
