// The keys that choose a label while a recording is heard: digits in the order of the buttons, then letters.
import { ANNOUNCEMENT_LABELS, type AnnouncementLabel } from '@/api/announcements'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', 'm', 'p', 'x'] as const

export function keyOf(label: AnnouncementLabel): string {
  return KEYS[ANNOUNCEMENT_LABELS.indexOf(label)]!.toUpperCase()
}

/** Null: this key chooses none. */
export function labelOfKey(key: string): AnnouncementLabel | null {
  return ANNOUNCEMENT_LABELS[KEYS.indexOf(key.toLowerCase() as (typeof KEYS)[number])] ?? null
}

/** Of the server, whose labels may be newer than this page. */
export function labelText(label: string, t: (key: string) => string, te: (key: string) => boolean): string {
  const key = `announcements.labels.${label}`
  return te(key) ? t(key) : label
}
