import { expect, test } from 'vitest'
import { CAMPAIGN_AXES } from '@/api/campaignReports'
import en from '@/i18n/en/pages'
import { campaignFigures, campaignLinesInOrder, campaignLineText, shownFigures } from './reportFigures'

test('every figure has a name and says what it is, and every report has a title', () => {
  for (const axis of CAMPAIGN_AXES) {
    expect(en.reports.titles[axis], axis).toBeTruthy()
    for (const { name } of campaignFigures(axis)) {
      expect(en.campaignReport.figures[name as keyof typeof en.campaignReport.figures], name).toBeTruthy()
      expect(en.campaignReport.meanings[name as keyof typeof en.campaignReport.meanings], name).toBeTruthy()
    }
  }
})

test('how many people there are is told of lists and campaigns alone', () => {
  const names = (axis: (typeof CAMPAIGN_AXES)[number]) => campaignFigures(axis).map(({ name }) => name)
  expect(names('campaign_list')).toContain('penetration_ratio')
  expect(names('campaign_hour')).not.toContain('penetration_ratio')
})

test('a class without anybody is left out, and nothing that is no class', () => {
  const total = { key: {}, figures: { busy: 2, dead: 0, abandoned: 0, attempts: 0 }, dispositions: [] }
  const names = shownFigures({ axis: 'campaign_day', total }).map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['attempts', 'busy', 'abandoned']))
  expect(names).not.toContain('dead')
})

test('of agents it is told what they do, and not what nobody answered', () => {
  const names = campaignFigures('campaign_agent').map(({ name }) => name)
  expect(names).toContain('disposed')
  expect(names).not.toContain('busy')
})

test('lines are called by what they are', () => {
  const text = (axis: (typeof CAMPAIGN_AXES)[number], key: Record<string, string | number>) => campaignLineText({ axis }, { key }, '–', true)
  expect(text('campaign', { campaign_id: 3, name: '' })).toBe('#3')
  expect(text('campaign_list', { campaign_id: 3, campaign: 'Spring', list_id: 0, name: '' })).toBe('Spring / –')
  expect(text('campaign_hour', { hour: 9 })).toBe('09:00')
  expect(text('campaign_disposition', { disposition: 'sold', label_zh: '', label_en: '' })).toBe('sold')
  expect(text('campaign_disposition', { disposition: 'sold', label_zh: '成交', label_en: 'Sold' })).toBe('成交')
  expect(text('campaign_caller_id', { shown_as: '' })).toBe('–')
  expect(text('campaign_agent', { agent_id: 11, agent: 'Ann', campaign_id: 3, campaign: '' })).toBe('Ann / #3')
})

test('lines are sorted by a figure, and what has none comes last', () => {
  const lines = [3, null, 9].map((busy, place) => ({ key: { place }, figures: { busy }, dispositions: [] }))
  const places = (isUp: boolean, by = 'busy') => campaignLinesInOrder(lines, { by, isUp }).map(({ key }) => key.place)
  expect([places(false), places(true), places(true, '')]).toEqual([[2, 0, 1], [0, 2, 1], [0, 1, 2]])
})
