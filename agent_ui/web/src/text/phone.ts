// Telephone numbers as people read them; what is not recognised stays as it is.
const MOBILE = /^(?:\+86)?(1[3-9]\d)(\d{4})(\d{4})$/
const FIXED = /^\+86(10|2\d|[3-9]\d{2})(\d{3,4})(\d{4})$/
const ABROAD = /^(\+(?:1|7|[2-9]\d{1,2}))(\d{6,})$/

export function phoneText(number: string): string {
  const service = /^cn:(\d+)$/.exec(number)
  if (service) return service[1]!
  const mobile = MOBILE.exec(number)
  if (mobile) return `${mobile[1]} ${mobile[2]} ${mobile[3]}`
  const fixed = FIXED.exec(number)
  if (fixed) return `0${fixed[1]} ${fixed[2]} ${fixed[3]}`
  const abroad = ABROAD.exec(number)
  if (abroad && !number.startsWith('+86')) return `${abroad[1]} ${abroad[2]!.replace(/(\d{3,4})(?=\d{4}$|\d{7}$)/g, '$1 ')}`
  return number
}

/** For `tel:` links: only what a dialing program takes. */
export function dialText(number: string): string {
  return number.replace(/^cn:/, '').replace(/[^\d+*#]/g, '')
}
