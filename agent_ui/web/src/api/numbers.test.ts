import { expect, test } from 'vitest'
import { saysWhy } from './numbers'

test.each(['', 'x', 'sms', '....', '1234567', 'aaaa', '回', '回回', '送 s'])('%j is no reason worth reading', (reason) => {
  expect(saysWhy(reason)).toBe(false)
})

test.each(['to pay', 'call', '回电', '短信 回复', '发sm', '𠮷㐀'])('%j says why', (reason) => {
  expect(saysWhy(reason)).toBe(true)
})
