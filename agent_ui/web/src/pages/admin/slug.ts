// A code made of a label: what may stand in an address, a file name and a report.
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f'’]/g, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40)
}

const SLUG = /^[a-z0-9][a-z0-9_]{0,39}$/

export function isSlug(text: string): boolean {
  return SLUG.test(text)
}
