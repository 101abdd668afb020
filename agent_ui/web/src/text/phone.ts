// Telephone numbers as people read them and as machines dial them.
import { phoneNumber } from '@/desk/format'

/** Service numbers such as 95588 are stored as "cn:95588": they have no form for abroad. */
export function phoneText(number: string): string {
  return phoneNumber(number.replace(/^cn:/, ''))
}

/** The server hides the middle of a number from people who may not see it whole: "138****8000". */
export function isMasked(number: string | null | undefined): boolean {
  return number?.includes('*') ?? false
}

/** For `tel:` links: only what a dialing program takes. */
export function dialText(number: string): string {
  return number.replace(/^cn:/, '').replace(/[^\d+*#]/g, '')
}
