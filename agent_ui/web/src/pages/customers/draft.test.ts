import { describe, expect, it } from 'vitest'
import { type Customer, wirePhone } from '@/api/customers'
import { draftOf, emptyDraft, isSame, missing, newContact, newPhone, tidy } from './draft'

const customer: Customer = {
  id: 1,
  version: 3,
  name: '张伟',
  company: '',
  level: 'vip',
  language: 'zh',
  owner: { id: 7, name: '李' },
  tags: ['a'],
  notes: '',
  phones: [{ number: '138', label: 'mobile', e164: '+86138' }],
  emails: [],
  contacts: [],
  open_items: [],
  created_at: '',
  updated_at: '',
}

describe('draft', () => {
  it('holds what may be changed and nothing else', () => {
    expect(draftOf(customer)).toEqual({
      name: '张伟',
      company: '',
      level: 'vip',
      language: 'zh',
      owner_id: 7,
      tags: ['a'],
      notes: '',
      phones: [{ number: '138', label: 'mobile' }],
      emails: [],
      contacts: [],
    })
  })

  it('keeps the reference of a number that is hidden, and sends that in its place', () => {
    const masked = { number: '138****8000', label: 'mobile', e164: null, ref: 'point:7' }
    const { phones } = draftOf({ ...customer, phones: [masked, { number: '139', label: '', e164: null, ref: 'point:8' }] })
    expect(phones.map(wirePhone)).toEqual([
      { ref: 'point:7', label: 'mobile' },
      { number: '139', label: '' },
    ])
  })

  it('drops blank rows and repeated tags', () => {
    const draft = { ...draftOf(customer), tags: ['a', ' a', ''], contacts: [newContact()] }
    draft.phones.push(newPhone(), { number: ' 139 ', label: 'work' })
    expect(tidy(draft)).toMatchObject({
      tags: ['a'],
      contacts: [],
      phones: [{ number: '138' }, { number: '139' }],
    })
  })

  it('is unchanged while only blank rows were added', () => {
    const draft = draftOf(customer)
    draft.phones.push(newPhone())
    expect(isSame(draft, draftOf(customer))).toBe(true)
    draft.name = 'x'
    expect(isSame(draft, draftOf(customer))).toBe(false)
  })

  it('names what must be filled in', () => {
    const nameless = { ...newContact(), title: 'CEO' }
    expect(missing(tidy({ ...emptyDraft(), contacts: [nameless] }))).toEqual([
      ['name', 'missing'],
      ['contacts.0.name', 'missing'],
    ])
    expect(missing(draftOf(customer))).toEqual([])
  })
})
