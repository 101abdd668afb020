import { expect, test } from 'vitest'
import { CAMPAIGN_AXES } from '@/api/campaignReports'
import en from '@/i18n/en/pages'
import { campaignFigures, campaignLinesInOrder, campaignLineText } from './reportFigures'

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

test('lines are called by what they are', () => {
  const text = (axis: (typeof CAMPAIGN_AXES)[number], key: Record<string, string | number>) => campaignLineText({ axis }, { key }, '–', true)
  expect(text('campaign', { campaign_id: 3, name: '' })).toBe('#3')
  expect(text('campaign_list', { campaign_id: 3, campaign: 'Spring', list_id: 0, name: '' })).toBe('Spring / –')
  expect(text('campaign_hour', { hour: 9 })).toBe('09:00')
  expect(text('campaign_disposition', { disposition: 'sold', label_zh: '', label_en: '' })).toBe('sold')
  expect(text('campaign_disposition', { disposition: 'sold', label_zh: '成交', label_en: 'Sold' })).toBe('成交')
  expect(text('campaign_caller_id', { shown_as: '' })).toBe('–')
})

test('lines are sorted by a figure, and what has none comes last', () => {
  const lines = [3, null, 9].map((busy, place) => ({ key: { place }, figures: { busy } }))
  const places = (isUp: boolean, by = 'busy') => campaignLinesInOrder(lines, { by, isUp }).map(({ key }) => key.place)
  expect([places(false), places(true), places(true, '')]).toEqual([[2, 0, 1], [0, 2, 1], [0, 1, 2]])
})
