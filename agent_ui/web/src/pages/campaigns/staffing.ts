// A plan of staff as its form has it: percentages instead of ratios, and a span of agents instead of each number.
import type { StaffingBody, StaffingKnown, StaffingLine, StaffingMode, StaffingPlan } from '@/api/staffing'
import type { FigureKind } from '@/pages/reports/figures'

export interface StaffingDraft {
  /** 0: of no campaign. */
  campaign_id: number
  people: number
  from: number
  to: number
  hours_per_day: number
  talk_s: number
  wrap_up_s: number
  answer_percent: number
  machine_percent: number
  dead_percent: number
  mode: StaffingMode
  lines_per_agent: number
  lines_max: number
  limit_percent: number
}

/** As agent_ui/api/staffing.py has them. */
export const MOST_AGENTS = 200
const NUMBERS = 5

export const STAFFING_FIGURES: { name: Exclude<keyof StaffingLine, 'waits_for_rules' | 'lines_full'>; kind: FigureKind | 'tenths' }[] = [
  { name: 'days', kind: 'tenths' },
  { name: 'hours', kind: 'tenths' },
  { name: 'agent_hours', kind: 'count' },
  { name: 'lines_peak', kind: 'count' },
  { name: 'occupancy_ratio', kind: 'ratio' },
  { name: 'abandonment_ratio', kind: 'ratio' },
  { name: 'contacts', kind: 'count' },
  { name: 'contacts_per_hour', kind: 'tenths' },
  { name: 'attempts', kind: 'count' },
]

/** A few whole numbers from one to the other, both included, as far apart as they can be. */
export function numbersBetween(from: number, to: number, most = NUMBERS): number[] {
  const [least, largest] = from <= to ? [from, to] : [to, from]
  const count = Math.min(most, largest - least + 1)
  if (count === 1) return [least]
  return Array.from({ length: count }, (_, place) => Math.round(least + ((largest - least) * place) / (count - 1)))
}

export function draftOfKnown(known: StaffingKnown, campaign_id: number | null): StaffingDraft {
  return draftOf(known, campaign_id, Math.max(1, Math.floor(known.agents / 2)), Math.min(MOST_AGENTS, known.agents * 2))
}

/** What was asked for, so that a page that is loaded again goes on with it. */
export function draftOfPlan({ asked, campaign_id }: StaffingPlan): StaffingDraft | null {
  return asked && draftOf(asked, campaign_id, Math.min(...asked.agents), Math.max(...asked.agents))
}

function draftOf(of: Omit<StaffingKnown, 'agents' | 'sources'>, campaign_id: number | null, from: number, to: number): StaffingDraft {
  const { people, hours_per_day, talk_s, wrap_up_s, mode, lines_per_agent, lines_max } = of
  return {
    ...{ campaign_id: campaign_id ?? 0, people, from, to, hours_per_day, talk_s, wrap_up_s, mode, lines_per_agent, lines_max },
    answer_percent: percent(of.answer_ratio),
    machine_percent: percent(of.machine_ratio),
    dead_percent: percent(of.dead_ratio),
    limit_percent: percent(of.abandonment_limit_ratio),
  }
}

export function bodyOf({ from, to, answer_percent, machine_percent, dead_percent, limit_percent, ...same }: StaffingDraft): StaffingBody {
  return {
    ...same,
    campaign_id: same.campaign_id || null,
    agents: numbersBetween(from, to),
    answer_ratio: ratio(answer_percent),
    machine_ratio: ratio(machine_percent),
    dead_ratio: ratio(dead_percent),
    abandonment_limit_ratio: ratio(limit_percent),
  }
}

function percent(value: number): number {
  return +(value * 100).toFixed(4)
}

function ratio(value: number): number {
  return +(value / 100).toFixed(6)
}
