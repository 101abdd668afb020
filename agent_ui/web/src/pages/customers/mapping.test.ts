import { describe, expect, it } from 'vitest'
import { mappingProblem, rejectedCsv, withColumn } from './mapping'

describe('withColumn', () => {
  it('takes a field from one column only, numbers from several', () => {
    expect(withColumn({ 0: 'name', 1: 'notes' }, '2', 'notes')).toEqual({ 0: 'name', 2: 'notes' })
    expect(withColumn({ 0: 'phone' }, '2', 'phone')).toEqual({ 0: 'phone', 2: 'phone' })
    expect(withColumn({ 0: 'name' }, '0', 'company')).toEqual({ 0: 'company' })
    expect(withColumn({ 0: 'name' }, '0', '')).toEqual({})
  })

  it('needs somebody to call it by', () => {
    expect(mappingProblem({ 0: 'phone' })).toBe('no_name')
    expect(mappingProblem({ 0: 'company' })).toBeNull()
    expect(mappingProblem({ 0: 'family_name', 1: 'phone' })).toBeNull()
  })
})

it('writes rejected rows so that a spreadsheet reads them and runs none of them', () => {
  const rows = [
    { line: 3, field: 'phone', code: 'invalid', value: '=1+1' },
    { line: 9, field: 'name', code: 'missing', value: 'a "b", c' },
  ]
  expect(rejectedCsv(rows, ['Line', 'Field', 'Reason', 'Value'], (row) => row.code)).toBe(
    "\ufeffLine,Field,Reason,Value\r\n3,phone,invalid,'=1+1\r\n9,name,missing,\"a \"\"b\"\", c\"\r\n",
  )
})
