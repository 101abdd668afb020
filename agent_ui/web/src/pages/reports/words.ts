// Figures and lines of reports as people read them.
import type { Axis, LineKey } from '@/api/reports'
import { language } from '@/i18n'
import { durationText } from '@/text/duration'
import type { FigureKind } from './figures'

export function figureText(value: number | null | undefined, kind: FigureKind): string {
  if (value === null || value === undefined) return '–'
  switch (kind) {
    case 'ratio':
      return new Intl.NumberFormat(language.value, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value)
    case 'seconds':
      return durationText(value)
    case 'score':
      return value.toFixed(2)
    default:
      return new Intl.NumberFormat(language.value).format(value)
  }
}

/** Which line it is; `none` where a number or disposition is missing. */
export function lineText(axis: Axis, key: LineKey, none: string, isOneDay = false): string {
  switch (axis) {
    case 'interval':
      return isOneDay ? String(key.label) : `${key.day} ${key.label}`
    case 'clock':
      return String(key.label)
    case 'month':
      return String(key.month)
    case 'queue':
    case 'agent':
      return String(key.name || `#${key.queue_id ?? key.agent_id}`)
    case 'team':
      return key.team_id === 0 ? none : String(key.name || `#${key.team_id}`)
    case 'number':
      return key.name ? `${key.number} ${key.name}` : String(key.number || none)
    case 'disposition':
      return String((language.value === 'zh-CN' ? key.label_zh || key.label_en : key.label_en || key.label_zh) || key.disposition || none)
    default:
      return String(key.day)
  }
}
