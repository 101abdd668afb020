import { expect, test } from 'vitest'
import { hasNumber, ownField, withColumn, withoutConsent } from './leadMapping'

test('only numbers may stand in several columns', () => {
  const mapping = { 0: 'name', 1: 'phone' }
  expect(withColumn(mapping, '2', 'phone')).toEqual({ 0: 'name', 1: 'phone', 2: 'phone' })
  expect(withColumn(mapping, '2', 'name')).toEqual({ 1: 'phone', 2: 'name' })
  expect(withColumn(mapping, '1', '')).toEqual({ 0: 'name' })
})

test('without a number nobody can be called', () => {
  expect([hasNumber({ 0: 'name' }), hasNumber({ 0: 'name', 1: 'phone' })]).toEqual([false, true])
})

test('a law that asks for consent is told until a column says when it was given', () => {
  expect(withoutConsent(['cn'], { 0: 'phone', 1: 'consent_source' })).toEqual(['cn'])
  expect(withoutConsent(['cn'], { 0: 'phone', 1: 'consent_at' })).toEqual([])
  expect(withoutConsent([], { 0: 'phone' })).toEqual([])
})

test('a column that is kept has its heading, or its place', () => {
  expect([ownField(' 车型 ', 2), ownField('', 2), ownField('x'.repeat(80), 0).length]).toEqual(['custom:车型', 'custom:#3', 67])
})
