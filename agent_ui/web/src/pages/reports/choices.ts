// With what the page of reports begins.
import { OF_PEOPLE, type ReportChoices } from '@/api/reports'

export function firstChoices(): ReportChoices {
  return {
    axis: 'interval',
    queue_ids: [],
    agent_ids: [],
    team_ids: [],
    interval_min: 30,
    formula: 'ignore_abandons',
    with_passed_on: false,
    without_short: false,
    without_abandons: false,
    threshold_s: 20,
    short_s: 6,
  }
}

/** What cannot be seen must not count: agents and teams are chosen for reports of people alone. */
export function asShown(choices: ReportChoices): ReportChoices {
  return OF_PEOPLE.includes(choices.axis) ? { ...choices } : { ...choices, agent_ids: [], team_ids: [] }
}
