// A customer while it is edited: blank rows to type into, which are not sent.
import type { Contact, Customer, CustomerBody, Email, Phone } from '@/api/customers'

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
  return { id: null, name: '', title: '', phones: [newPhone()], emails: [] }
}

export function emptyDraft(): Draft {
  return {
    name: '',
    company: '',
    level: '',
    language: '',
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
    phones: phones.map(({ number, label }) => ({ number, label })),
    emails: emails.map(({ address, label }) => ({ address, label })),
    contacts: contacts.map((contact) => ({
      id: contact.id,
      name: contact.name,
      title: contact.title,
      phones: contact.phones.map(({ number, label }) => ({ number, label })),
      emails: contact.emails.map(({ address, label }) => ({ address, label })),
    })),
  })
}

/** What is sent; put back into the form too, so that the server's "phones.1.number" is the second row on screen. */
export function tidy(draft: Draft): Draft {
  return {
    ...draft,
    ...points(draft),
    name: draft.name.trim(),
    company: draft.company.trim(),
    tags: [...new Set(draft.tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))],
    contacts: draft.contacts
      .map((contact) => ({ ...contact, ...points(contact), name: contact.name.trim(), title: contact.title.trim() }))
      .filter((contact) => contact.name !== '' || contact.phones.length > 0 || contact.emails.length > 0),
  }
}

function points({ phones, emails }: { phones: Phone[]; emails: Email[] }): { phones: Phone[]; emails: Email[] } {
  return {
    phones: phones.map((phone) => ({ ...phone, number: phone.number.trim() })).filter((phone) => phone.number !== ''),
    emails: emails.map((email) => ({ ...email, address: email.address.trim() })).filter((email) => email.address !== ''),
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
