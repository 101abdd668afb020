// What each kind of step has to be filled in with: the one description behind form, graph and checks.
// Names, bounds and defaults are those of ivr/domain/readers.py.

export type FieldKind =
  | 'prompt'
  | 'step'
  | 'options'
  | 'number'
  | 'queue'
  | 'word'
  | 'phone'
  | 'language'
  | 'zone'
  | 'week'
  | 'holidays'
  | 'special'
  | 'calendar'

export interface FieldSpec {
  name: string
  kind: FieldKind
  /** The word on the screen where the name alone would mislead. */
  word?: string
  required?: boolean
  min?: number
  max?: number
  unit?: 's'
  /** What the server takes when the field is left out; shown as a place-holder. */
  fallback?: string | number
  /** Means nothing while this other field is filled in. */
  unless?: string
}

const required = true
const TIMEOUT: FieldSpec = { name: 'timeout_s', kind: 'number', unit: 's', min: 1, max: 60, fallback: 5 }
const RETRIES: FieldSpec = { name: 'retries', kind: 'number', min: 0, max: 10, fallback: 2 }
const INVALID: FieldSpec = { name: 'invalid_prompt', kind: 'prompt', fallback: 'invalid_choice' }
const PROMPT: FieldSpec = { name: 'prompt', kind: 'prompt', required }
const NEXT: FieldSpec = { name: 'next', kind: 'step', required }
const ON_TIMEOUT: FieldSpec = { name: 'on_timeout', kind: 'step', required }

export const STEP_TYPES = {
  say: [PROMPT, NEXT],
  menu: [
    PROMPT,
    { name: 'options', kind: 'options', required },
    ON_TIMEOUT,
    { name: 'on_invalid', kind: 'step' },
    TIMEOUT,
    RETRIES,
    INVALID,
  ],
  collect: [
    PROMPT,
    { name: 'variable', kind: 'word', required },
    NEXT,
    ON_TIMEOUT,
    { name: 'min_digits', kind: 'number', min: 1, max: 32, fallback: 1 },
    { name: 'max_digits', kind: 'number', min: 1, max: 32, fallback: 20 },
    TIMEOUT,
    RETRIES,
    INVALID,
  ],
  hours: [
    { name: 'open', kind: 'step', required },
    { name: 'closed', kind: 'step', required },
    { name: 'holiday', kind: 'step' },
    { name: 'calendar', kind: 'calendar' },
    { name: 'weekly', kind: 'week', required, unless: 'calendar' },
    { name: 'holidays', kind: 'holidays', unless: 'calendar' },
    { name: 'special', kind: 'special', unless: 'calendar' },
    { name: 'time_zone', kind: 'zone', fallback: 'Asia/Shanghai', unless: 'calendar' },
  ],
  lookup: [
    { name: 'found', kind: 'step', required },
    { name: 'vip', kind: 'step' },
    { name: 'unknown', kind: 'step', required },
    { name: 'vip_priority', kind: 'number', min: 0, max: 100, fallback: 10 },
    { name: 'variable', kind: 'word' },
  ],
  language: [{ name: 'language', kind: 'language', required }, NEXT],
  queue: [
    { name: 'queue', kind: 'queue', required },
    { name: 'priority', kind: 'number', min: 0, max: 100, fallback: 0 },
    { name: 'closed', word: 'outside_hours', kind: 'step' },
  ],
  voicemail: [{ name: 'prompt', kind: 'prompt', fallback: 'leave_message' }],
  transfer: [
    { name: 'number', kind: 'phone', required },
    { name: 'timeout_s', word: 'ring_s', kind: 'number', unit: 's', min: 5, max: 120, fallback: 30 },
    { name: 'on_failed', kind: 'step', required },
  ],
  hang_up: [{ name: 'prompt', kind: 'prompt' }],
} satisfies Record<string, readonly FieldSpec[]>

export type StepType = keyof typeof STEP_TYPES

export const TYPE_NAMES = Object.keys(STEP_TYPES) as StepType[]

export const MENU_KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#'] as const

export function isStepType(type: string): type is StepType {
  return Object.hasOwn(STEP_TYPES, type)
}

export function fieldsOf(type: string): readonly FieldSpec[] {
  return isStepType(type) ? STEP_TYPES[type] : []
}

export function counts(spec: FieldSpec, step: Record<string, unknown>): boolean {
  return spec.unless === undefined || step[spec.unless] === undefined || step[spec.unless] === null
}
