import { describe, expect, it } from 'vitest'
import { allArrows, type Flow, freeId, inOrder, isFlow, labelOf, newStep, renamed, withField, without, withStep } from './flow'
import { fieldsOf } from './spec'

const flow: Flow = {
  start: 'welcome',
  nodes: {
    welcome: { type: 'say', prompt: 'welcome', next: 'menu' },
    menu: {
      type: 'menu',
      prompt: 'main_menu',
      options: { 1: 'sales', 2: 'voicemail' },
      on_timeout: 'sales',
      on_invalid: 'menu',
    },
    sales: { type: 'queue', queue: 1, priority: 0 },
    voicemail: { type: 'voicemail' },
    lost: { type: 'hang_up' },
  },
}

describe('flow', () => {
  it('knows where each step leads', () => {
    expect(allArrows(flow).map(({ from, field, key, to }) => [from, field, key, to])).toEqual([
      ['welcome', 'next', '', 'menu'],
      ['menu', 'options', '1', 'sales'],
      ['menu', 'options', '2', 'voicemail'],
      ['menu', 'on_timeout', '', 'sales'],
      ['menu', 'on_invalid', '', 'menu'],
    ])
  })

  it('orders steps as a caller meets them', () => {
    expect(inOrder(flow)).toEqual({ reached: ['welcome', 'menu', 'sales', 'voicemail'], unreached: ['lost'] })
  })

  it('renames a step everywhere', () => {
    const after = renamed(flow, 'sales', 'sales_team')
    expect(Object.keys(after.nodes)).toEqual(['welcome', 'menu', 'sales_team', 'voicemail', 'lost'])
    expect(after.nodes.menu).toMatchObject({ options: { 1: 'sales_team' }, on_timeout: 'sales_team' })
    expect(renamed(flow, 'welcome', 'hello').start).toBe('hello')
    expect(flow.nodes.menu!.on_timeout).toBe('sales')
  })

  it('leaves the arrows to a deleted step empty', () => {
    const after = without(flow, 'sales')
    expect(after.nodes.menu).toMatchObject({ options: { 1: '', 2: 'voicemail' }, on_timeout: '' })
    expect(without(flow, 'welcome').start).toBe('')
  })

  it('gives a new step its required fields and a free name', () => {
    expect(newStep('queue')).toEqual({ type: 'queue', queue: null })
    expect(newStep('hours').weekly).toMatchObject({ mon: ['09:00-18:00'], fri: ['09:00-18:00'] })
    expect(freeId(flow, 'menu')).toBe('menu_2')
    expect(freeId(withStep(flow, 'menu_2', newStep('menu')), 'menu')).toBe('menu_3')
    expect(freeId(flow, 'say')).toBe('say')
  })

  it('leaves out an optional field that was emptied', () => {
    const prompt = fieldsOf('voicemail')[0]!
    const set = withField(flow, 'voicemail', prompt, 'after_tone')
    expect(set.nodes.voicemail).toEqual({ type: 'voicemail', prompt: 'after_tone' })
    expect(withField(set, 'voicemail', prompt, '').nodes.voicemail).toEqual({ type: 'voicemail' })
  })

  it('shows the name that people gave a step', () => {
    expect(labelOf({ start: 'a', nodes: { a: { type: 'hang_up', label: '再见' } } }, 'a')).toBe('再见')
    expect(labelOf(flow, 'sales')).toBe('sales')
  })

  it('tells a flow from other JSON', () => {
    expect(isFlow(flow as never)).toBe(true)
    for (const other of [null, [], 'x', { start: 'a' }, { start: 'a', nodes: [] }, { start: 'a', nodes: { a: 1 } }])
      expect(isFlow(other as never)).toBe(false)
  })
})
