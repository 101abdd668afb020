// Which figures a report of campaigns shows, how each is written, and what its lines are called.
import type { CampaignAxis, CampaignReport, CampaignReportLine } from '@/api/campaignReports'
import type { FigureKind, Order } from '@/pages/reports/figures'

export interface CampaignFigure {
  name: string
  kind: FigureKind
  /** A click shows the attempts. */
  hasAttempts: boolean
}

const WITH_ATTEMPTS = new Set(['attempts', 'people', 'machines', 'busy', 'no_answer', 'dead', 'other', 'open', 'abandoned', 'unserved', 'talks', 'disposed', 'converted'])
const ALL = [
  ...['attempts', 'people', 'answer_ratio', 'machines', 'busy', 'no_answer', 'dead', 'other', 'open', 'abandoned', 'abandon_ratio', 'unserved'],
  ...['talks', 'talk_s', 'talk_total_s', 'converted', 'conversion_ratio'],
]
const OF_AGENTS = ['attempts', 'people', 'talks', 'talk_total_s', 'talk_s', 'disposed', 'converted', 'conversion_ratio']
const OF_PEOPLE_ASKED = ['leads', 'leads_dialed', 'leads_reached', 'penetration_ratio', 'attempts_per_lead']
const OF_LEADS: readonly CampaignAxis[] = ['campaign', 'campaign_list']

function kindOf(name: string): FigureKind {
  if (name.endsWith('_ratio')) return 'ratio'
  if (name.endsWith('_s')) return 'seconds'
  return name === 'attempts_per_lead' ? 'score' : 'count'
}

const CLASSES = new Set(['machines', 'busy', 'no_answer', 'dead', 'other', 'open', 'unserved'])

/** A class that nothing is in takes no room from those that something is in. */
export function shownFigures({ axis, total }: Pick<CampaignReport, 'axis' | 'total'>): CampaignFigure[] {
  return campaignFigures(axis).filter(({ name }) => !CLASSES.has(name) || total.figures[name])
}

/** Lines that are no sets of people say nothing of how many there are. */
export function campaignFigures(axis: CampaignAxis): CampaignFigure[] {
  const names = axis === 'campaign_agent' ? OF_AGENTS : OF_LEADS.includes(axis) ? [...ALL, ...OF_PEOPLE_ASKED] : ALL
  return names.map((name) => ({ name, kind: kindOf(name), hasAttempts: WITH_ATTEMPTS.has(name) }))
}

export function campaignLineText({ axis }: Pick<CampaignReport, 'axis'>, { key }: Pick<CampaignReportLine, 'key'>, none: string, isChinese: boolean): string {
  switch (axis) {
    case 'campaign':
      return String(key.name || `#${key.campaign_id}`)
    case 'campaign_list':
      return `${key.campaign || `#${key.campaign_id}`} / ${key.name || none}`
    case 'campaign_hour':
      return `${String(key.hour).padStart(2, '0')}:00`
    case 'campaign_day':
      return String(key.day)
    case 'campaign_disposition':
      return String((isChinese ? key.label_zh || key.label_en : key.label_en || key.label_zh) || key.disposition || none)
    case 'campaign_caller_id':
      return String(key.shown_as || none)
    case 'campaign_agent':
      return `${key.agent || `#${key.agent_id}`} / ${key.campaign || `#${key.campaign_id}`}`
  }
}

/** What has no value comes last, whichever way. */
export function campaignLinesInOrder(lines: CampaignReportLine[], { by, isUp }: Order): CampaignReportLine[] {
  if (!by) return lines
  const value = ({ figures }: CampaignReportLine) => figures[by] ?? (isUp ? Infinity : -Infinity)
  return [...lines].sort((one, other) => {
    const [a, b] = [value(one), value(other)]
    return a === b ? 0 : a < b === isUp ? -1 : 1
  })
}
