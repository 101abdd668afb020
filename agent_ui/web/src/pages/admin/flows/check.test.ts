import { describe, expect, it } from 'vitest'
import { fromServer, isStepId, problemsOf } from './check'
import type { Flow } from './flow'

function codes(flow: Flow): string[] {
  return problemsOf(flow).map(({ step, field, code }) => `${step}/${field}/${code}`)
}

describe('problemsOf', () => {
  it('finds nothing in a sound flow', () => {
    expect(codes({ start: 'a', nodes: { a: { type: 'hang_up' } } })).toEqual([])
  })

  it('names step and field of each mistake', () => {
    expect(
      codes({
        start: 'gone',
        nodes: {
          a: { type: 'say', next: 'b' },
          m: { type: 'menu', prompt: 'p', options: { 1: 'x', 2: '' }, timeout_s: 99, on_timeout: 'a', on_invalid: 'a' },
          n: { type: 'menu', prompt: 'p', on_timeout: 'a', on_invalid: 'a' },
          z: { type: 'dance' },
        },
      }),
    ).toEqual([
      '/start/unknown_node',
      'a/prompt/missing',
      'a/next/unknown_node',
      'm/options.1/unknown_node',
      'm/options.2/missing',
      'm/timeout_s/out_of_range',
      'n/options/no_options',
      'z/type/unknown_type',
      'a//unreachable',
      'm//unreachable',
      'n//unreachable',
      'z//unreachable',
    ])
  })
})

describe('fromServer', () => {
  it('splits the path of a problem', () => {
    const said = { code: 'missing', message: 'm', named: 'Spring' }
    expect(fromServer([{ path: 'nodes.menu.options.1', ...said }, { path: 'body.nodes.a', ...said }, { path: 'start', ...said }])).toEqual([
      { step: 'menu', field: 'options.1', ...said },
      { step: 'a', field: '', ...said },
      { step: '', field: 'start', ...said },
    ])
  })
})

describe('isStepId', () => {
  it('allows what a path can hold', () => {
    expect(['menu', 'after-hours_2'].every(isStepId)).toBe(true)
    expect(['', 'a.b', 'Menu', '中'].some(isStepId)).toBe(false)
  })
})
