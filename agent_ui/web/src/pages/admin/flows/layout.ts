// Places steps for the picture: one column per distance from the start, so that calls read from left to right.

import { arrowsOf, type Flow, inOrder } from './flow'

export interface Place {
  id: string
  column: number
  row: number
}

export function placesOf(flow: Flow): Place[] {
  const { reached, unreached } = inOrder(flow)
  const column = new Map<string, number>()
  for (const id of reached) {
    const own = column.get(id) ?? 0
    column.set(id, own)
    for (const { to } of arrowsOf(id, flow.nodes[id]!)) if (!column.has(to)) column.set(to, own + 1)
  }
  const rows = new Map<number, number>()
  const place = (id: string, at: number): Place => {
    const row = rows.get(at) ?? 0
    rows.set(at, row + 1)
    return { id, column: at, row }
  }
  const last = Math.max(-1, ...reached.map((id) => column.get(id)!))
  return [...reached.map((id) => place(id, column.get(id)!)), ...unreached.map((id) => place(id, last + 1))]
}
