import { expect, test } from 'vitest'
import { calledBack } from './calledBack'

test('who asked on a page was promised a callback like who asked in a call', () => {
  expect(calledBack({ callbacks_promised: 3, callbacks_kept: 1, web_ordered: 5, web_reached: 4 })).toEqual({ promised: 8, kept: 5 })
})
