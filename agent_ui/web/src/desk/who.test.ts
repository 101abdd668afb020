import { expect, it } from 'vitest'
import { loggedName } from './who'

it('names whom a logged call was with: the customer, else as the list or the trunk did', () => {
  expect(loggedName({ customer: { name: '王芳' }, caller_name: 'WANG F' })).toBe('王芳')
  expect(loggedName({ customer: null, caller_name: '刘洋003' })).toBe('刘洋003')
  expect(loggedName({ customer: null, caller_name: '' })).toBe('')
})
