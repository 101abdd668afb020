// Places steps for the picture: one row per distance from the start, so that calls read from top to bottom.

import { arrowsOf, type Flow, inOrder } from './flow'

export interface Place {
  id: string
  row: number
  /** From the middle of its row, in widths of a step: -0.5 and 0.5 where there are two. */
  offset: number
}

export function placesOf(flow: Flow): Place[] {
  const { reached, unreached } = inOrder(flow)
  const depth = new Map<string, number>()
  for (const id of reached) {
    const own = depth.get(id) ?? 0
    depth.set(id, own)
    for (const { to } of arrowsOf(id, flow.nodes[id]!)) if (!depth.has(to)) depth.set(to, own + 1)
  }
  const last = Math.max(-1, ...reached.map((id) => depth.get(id)!))
  const rows: string[][] = Array.from({ length: last + 1 }, () => [])
  for (const id of reached) rows[depth.get(id)!]!.push(id)
  if (unreached.length > 0) rows.push(unreached)
  return rows.flatMap((ids, row) => ids.map((id, index) => ({ id, row, offset: index - (ids.length - 1) / 2 })))
}
