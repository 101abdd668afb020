// Which figures a report shows, in which order, how each is written, and which of them are made of calls.
import { OF_PEOPLE, type Axis, type ReportLine } from '@/api/reports'

export type FigureKind = 'count' | 'ratio' | 'seconds' | 'score'

export interface Figure {
  name: string
  kind: FigureKind
  /** A click shows the calls. */
  hasCalls: boolean
}

const WITH_CALLS = new Set([
  ...['arrived', 'in_menu', 'offered', 'answered', 'abandoned', 'short_abandoned', 'passed_on'],
  ...['callbacks_promised', 'callbacks_kept'],
  ...['missed', 'declined', 'transferred', 'announced', 'invited', 'conferences', 'helped', 'took', 'talks', 'outbound', 'reached'],
])
// What a shift is judged by comes first: on a laptop's screen the table ends with it.
const OF_CALLS = [
  ...['arrived', 'in_menu', 'offered', 'answered', 'abandoned', 'short_abandoned', 'service_level_ratio', 'answer_ratio', 'abandon_ratio'],
  ...['asa_s', 'aht_s', 'talk_s', 'hold_s', 'wrap_up_s', 'occupancy_ratio', 'passed_on', 'open'],
  ...['missed', 'declined', 'transferred', 'invited', 'conferences', 'rating', 'callbacks_promised', 'callbacks_kept'],
  ...['web_ordered', 'web_called', 'web_reached', 'web_expired', 'outbound', 'reached'],
]
const OF_AGENTS = [
  ...['offered', 'answered', 'missed', 'declined', 'talks', 'took', 'aht_s', 'talk_s', 'hold_s', 'wrap_up_s', 'ring_s'],
  ...['occupancy_ratio', 'sign_ins', 'signed_in_total_s', 'ready_total_s', 'not_ready_total_s', 'ringing_total_s', 'dialing_total_s'],
  ...['talk_total_s', 'hold_total_s', 'wrap_up_total_s', 'transferred', 'announced', 'invited', 'conferences', 'helped', 'helped_total_s'],
  ...['outbound', 'reached', 'outbound_talk_total_s'],
]
const OF_ALL = new Set(['arrived', 'in_menu', 'outbound', 'reached'])
const OF_ORDERS = new Set(['web_ordered', 'web_called', 'web_reached', 'web_expired'])
const WITHOUT_ORDERS = new Set<Axis>(['number', 'disposition'])
const WITH_STAFF = new Set<Axis>(['interval', 'day', 'week', 'month', 'queue'])

function kindOf(name: string): FigureKind {
  if (name.endsWith('_ratio')) return 'ratio'
  if (name.endsWith('_s')) return 'seconds'
  return name === 'rating' ? 'score' : 'count'
}

function figureOf(name: string): Figure {
  return { name, kind: kindOf(name), hasCalls: WITH_CALLS.has(name) }
}

/** `ofAll`: no queues were chosen, so calls that came into none are in it, too. */
export function figuresOf(axis: Axis, ofAll: boolean): Figure[] {
  if (OF_PEOPLE.includes(axis)) return OF_AGENTS.map(figureOf)
  const isShown = (name: string) => ((ofAll && axis !== 'queue') || !OF_ALL.has(name)) && !(WITHOUT_ORDERS.has(axis) && OF_ORDERS.has(name))
  return OF_CALLS.filter((name) => isShown(name) && (name !== 'occupancy_ratio' || WITH_STAFF.has(axis))).map(figureOf)
}

/** What a heat map can be coloured by. */
export const HEAT_FIGURES = ['offered', 'answered', 'abandoned', 'service_level_ratio', 'abandon_ratio', 'asa_s', 'aht_s']

/** `by` a figure's name; "" is the report's own order. */
export interface Order {
  by: string
  isUp: boolean
}

/** What has no value comes last, whichever way. */
export function inOrder(lines: ReportLine[], { by, isUp }: Order): ReportLine[] {
  if (!by) return lines
  const value = (line: ReportLine) => line.figures[by] ?? (isUp ? Infinity : -Infinity)
  return [...lines].sort((one, other) => {
    const [a, b] = [value(one), value(other)]
    return a === b ? 0 : a < b === isUp ? -1 : 1
  })
}
