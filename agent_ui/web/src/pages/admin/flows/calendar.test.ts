import { describe, expect, it } from 'vitest'
import { rangeText, readRange, readSpans, spansText } from './calendar'

describe('readSpans', () => {
  it('takes what people type, full-width signs too', () => {
    expect(readSpans('9:00-12:00, 13:30–18:00')).toEqual({ spans: ['09:00-12:00', '13:30-18:00'], bad: null })
    expect(readSpans('22：00至06：00')).toEqual({ spans: ['22:00-06:00'], bad: null })
    expect(readSpans('00:00-24:00').spans).toEqual(['00:00-24:00'])
    expect(readSpans('  ')).toEqual({ spans: [], bad: null })
  })

  it('names the part that is no span', () => {
    expect(readSpans('09:00-12:00, noon').bad).toBe('noon')
    expect(readSpans('09:60-12:00').bad).toBe('09:60-12:00')
    expect(readSpans('24:00-25:00').bad).toBe('24:00-25:00')
  })

  it('writes back what is stored', () => {
    expect(spansText(['09:00-12:00', '13:00-18:00'])).toBe('09:00-12:00, 13:00-18:00')
    expect(spansText(null)).toBe('')
  })
})

it('reads and writes holidays of one day and of several', () => {
  expect(readRange('2026-10-01')).toEqual(['2026-10-01', '2026-10-01'])
  expect(readRange('2026-10-01/2026-10-07')).toEqual(['2026-10-01', '2026-10-07'])
  expect(rangeText(['2026-10-01', '2026-10-01'])).toBe('2026-10-01')
  expect(rangeText(['2026-10-01', '2026-10-07'])).toBe('2026-10-01/2026-10-07')
})
