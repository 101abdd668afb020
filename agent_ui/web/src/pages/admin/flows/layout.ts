// Places steps for the picture: each below all that lead to it, so that calls read from top to bottom.

import { arrowsOf, type Flow, inOrder } from './flow'

export interface Place {
  id: string
  row: number
  /** From the middle of its row, in widths of a step: -0.5 and 0.5 where there are two. */
  offset: number
}

export function placesOf(flow: Flow): Place[] {
  const { reached, unreached } = inOrder(flow)
  const depth = depthsOf(flow)
  const last = Math.max(-1, ...reached.map((id) => depth.get(id)!))
  const rows: string[][] = Array.from({ length: last + 1 }, () => [])
  for (const id of reached) rows[depth.get(id)!]!.push(id)
  if (unreached.length > 0) rows.push(unreached)
  return rows.flatMap((ids, row) => ids.map((id, index) => ({ id, row, offset: index - (ids.length - 1) / 2 })))
}

/** Ways back to a step that is being left do not count: they would push it below itself. */
function depthsOf(flow: Flow): Map<string, number> {
  const depth = new Map<string, number>()
  const order: string[] = []
  const open = new Set<string>()
  const onward = new Map<string, string[]>()
  function visit(id: string): void {
    open.add(id)
    const next = arrowsOf(id, flow.nodes[id]!).flatMap(({ to }) => (Object.hasOwn(flow.nodes, to) && !open.has(to) ? [to] : []))
    onward.set(id, next)
    for (const to of next) if (!onward.has(to)) visit(to)
    open.delete(id)
    order.unshift(id)
  }
  if (Object.hasOwn(flow.nodes, flow.start)) visit(flow.start)
  for (const id of order) {
    const own = depth.get(id) ?? 0
    depth.set(id, own)
    for (const to of onward.get(id)!) depth.set(to, Math.max(depth.get(to) ?? 0, own + 1))
  }
  return depth
}
