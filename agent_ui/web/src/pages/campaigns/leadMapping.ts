// Which column of a list of people is what.
export type Mapping = Record<string, string>

// As crm_core/domain/lead_columns.py has them; several columns may hold a number each.
export const FIELDS = ['name', 'given_name', 'family_name', 'phone', 'language', 'owner', 'zone', 'region', 'postcode', 'priority', 'consent_at', 'consent_source'] as const
const MANY = ['phone']
const OWN = 'custom:'
const LONGEST_NAME = 60

/** What a column becomes that is kept as it is. */
export function ownField(column: string, place: number): string {
  return `${OWN}${column.trim().slice(0, LONGEST_NAME) || `#${place + 1}`}`
}

/** The newer choice wins where only one column can be it. */
export function withColumn(mapping: Mapping, column: string, field: string): Mapping {
  const kept = Object.entries(mapping).filter(([other, taken]) => other !== column && (taken !== field || MANY.includes(field)))
  return Object.fromEntries(field === '' ? kept : [...kept, [column, field]])
}

/** Of these policies of the campaign, those by which nobody of such a file may be called: it does not say who agreed. */
export function withoutConsent(asks: readonly string[], mapping: Mapping): readonly string[] {
  return Object.values(mapping).includes('consent_at') ? [] : asks
}

export function hasNumber(mapping: Mapping): boolean {
  return Object.values(mapping).includes('phone')
}
