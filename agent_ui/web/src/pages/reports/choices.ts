// With what the page of reports begins.
import type { ReportChoices } from '@/api/reports'

export function firstChoices(): ReportChoices {
  return {
    axis: 'interval',
    queue_ids: [],
    agent_ids: [],
    interval_min: 30,
    formula: 'ignore_abandons',
    with_passed_on: false,
    without_short: false,
    without_abandons: false,
    threshold_s: 20,
    short_s: 6,
  }
}
