import { describe, expect, it } from 'vitest'
import { takeOverStep } from './takingOver'

describe('taking the telephone over from another tab', () => {
  it('waits until the page knows what its agent does', () => {
    expect(takeOverStep(null)).toBe('wait')
  })

  it.each(['talking', 'ringing', 'dialing'] as const)('asks first while %s', (state) => {
    expect(takeOverStep({ state })).toBe('ask')
  })

  it.each(['ready', 'not_ready', 'wrap_up', 'signed_out'] as const)('does it at once while %s', (state) => {
    expect(takeOverStep({ state })).toBe('take')
  })
})
