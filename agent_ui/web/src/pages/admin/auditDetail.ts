// The details of an audit entry as one reads them: "name: value", what is empty left out; `named` says a name in words.

export function detailText(detail: Record<string, unknown>, between = ' · ', named: (name: string) => string = (name) => name): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '' && value !== undefined)
    .map(([name, value]) => `${named(name)}: ${valueText(value)}`)
    .join(between)
}

function valueText(value: unknown): string {
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
