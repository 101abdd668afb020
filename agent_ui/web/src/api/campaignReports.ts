// Reports of campaigns: what attempts came to, and the attempts behind each figure.
import { api } from './client'
import type { Attempt } from './campaignAttempts'
import type { Page } from './page'
import type { FileFormat, LineKey, ReportDays, ReportExport } from './reports'

export const CAMPAIGN_AXES = ['campaign', 'campaign_list', 'campaign_hour', 'campaign_day', 'campaign_disposition', 'campaign_caller_id', 'campaign_agent'] as const
export type CampaignAxis = (typeof CAMPAIGN_AXES)[number]

/** No campaigns: all of them. */
export interface CampaignReportChoices {
  axis: CampaignAxis
  campaign_ids: number[]
}

export interface CampaignReportLine {
  key: LineKey
  /** Null where lines are no sets of people, or nothing is divided. */
  figures: Record<string, number | null>
  /** Of agents: how often which was said, the most frequent first. */
  dispositions: { code: string; label_zh: string; label_en: string; count: number }[]
}

export interface CampaignReport extends ReportDays {
  axis: CampaignAxis
  zone: string
  at: string
  lines: CampaignReportLine[]
  total: CampaignReportLine
}

export function askCampaignReport(choices: CampaignReportChoices, days: ReportDays, signal?: AbortSignal): Promise<CampaignReport> {
  return api.post<CampaignReport>('/reports/campaigns/answer', { ...choices, ...days }, { signal, timeout_ms: 60_000 })
}

export interface AttemptsWanted {
  choices: CampaignReportChoices
  days: ReportDays
  figure: string
  key: LineKey
}

/** Only what says which line it is: names are for people. */
export function listAttemptsBehind({ choices, days, figure, key }: AttemptsWanted, cursor: string | null, signal?: AbortSignal): Promise<Page<Attempt>> {
  const { name: _name, campaign: _campaign, agent: _agent, label_zh: _zh, label_en: _en, ...own } = key
  return api.post<Page<Attempt>>('/reports/campaigns/attempts', { ...choices, ...days, figure, key: own, cursor }, { signal, timeout_ms: 60_000 })
}

export function startCampaignExport(choices: CampaignReportChoices, days: ReportDays, format: FileFormat, language: 'zh' | 'en'): Promise<ReportExport> {
  return api.post<ReportExport>('/reports/campaigns/exports', { ...choices, ...days, format, language })
}
