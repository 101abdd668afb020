// A customer while it is edited: blank rows to type into, which are not sent.
import type { Contact, Customer, CustomerBody, Email, Phone } from '@/api/customers'
import { isMasked } from '@/text/phone'

export type Draft = Omit<CustomerBody, 'version'>

export const LEVELS = ['vip', 'a', 'b', 'c'] as const
export const POINT_LABELS = ['mobile', 'work', 'home', 'other'] as const

export function newPhone(): Phone {
  return { number: '', label: 'mobile' }
}

export function newEmail(): Email {
  return { address: '', label: 'work' }
}

export function newContact(): Contact {
  return { id: null, name: '', title: '' }
}

export function emptyDraft(): Draft {
  return {
    name: '',
    company: '',
    level: '',
    language: 'zh',
    owner_id: null,
    tags: [],
    notes: '',
    phones: [newPhone()],
    emails: [],
    contacts: [],
  }
}

export function draftOf(customer: Customer): Draft {
  const { name, company, level, language, owner, tags, notes, phones, emails, contacts } = customer
  return structuredClone({
    name,
    company,
    level,
    language,
    owner_id: owner?.id ?? null,
    tags: [...tags],
    notes,
    phones: phones.map(({ number, label, ref }) => ({ number, label, ...(ref && isMasked(number) ? { ref } : {}) })),
    emails: emails.map(({ address, label }) => ({ address, label })),
    contacts: contacts.map(({ id, name, title }) => ({ id, name, title })),
  })
}

/** What is sent; put back into the form too, so that the server's "phones.1.number" is the second row on screen. */
export function tidy(draft: Draft): Draft {
  return {
    ...draft,
    phones: draft.phones.map((phone) => ({ ...phone, number: phone.number.trim() })).filter(({ number }) => number !== ''),
    emails: draft.emails.map((email) => ({ ...email, address: email.address.trim() })).filter(({ address }) => address !== ''),
    name: draft.name.trim(),
    company: draft.company.trim(),
    tags: [...new Set(draft.tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))],
    contacts: draft.contacts
      .map((contact) => ({ ...contact, name: contact.name.trim(), title: contact.title.trim() }))
      .filter(({ name, title }) => name !== '' || title !== ''),
  }
}

/** What the page itself can tell before asking the server: path and code. */
export function missing(draft: Draft): [string, string][] {
  const found: [string, string][] = []
  if (draft.name === '') found.push(['name', 'missing'])
  draft.contacts.forEach((contact, index) => {
    if (contact.name === '') found.push([`contacts.${index}.name`, 'missing'])
  })
  return found
}

export function isSame(one: Draft, other: Draft): boolean {
  return JSON.stringify(tidy(one)) === JSON.stringify(tidy(other))
}
