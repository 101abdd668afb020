// The last minutes of a ratio, as a line below or above its limit.
export interface Point {
  at_ms: number
  ratio: number
}

const MOST = 900

/** Keeps the newest; of a time that was seen before nothing is added. */
export function withPoint(points: Point[], point: Point): Point[] {
  const last = points.at(-1)
  return last && point.at_ms <= last.at_ms ? points : [...points, point].slice(-MOST)
}

/** The ratio at the top of the scale: the limit is never at its edge. */
export function topOf(points: Point[], limit_ratio: number): number {
  return Math.max(limit_ratio * 1.5, ...points.map(({ ratio }) => ratio * 1.1), 0.01)
}

/** An SVG path from the first point at the left to the last at the right; empty with fewer than two. */
export function pathOf(points: Point[], top: number, width: number, height: number): string {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || last.at_ms === first.at_ms) return ''
  const span_ms = last.at_ms - first.at_ms
  return points
    .map(({ at_ms, ratio }, place) => {
      const [x, y] = [((at_ms - first.at_ms) / span_ms) * width, height - (ratio / top) * height]
      return `${place === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}

/** A share with one digit behind the point, as limits are written: 2.9%. */
export function finePercent(ratio: number | null): string {
  return ratio === null ? '–' : `${(ratio * 100).toFixed(1)}%`
}

/** The day on which a window began where it is counted, wherever the reader is; browsers may not know every zone. */
export function dayAt(iso: string, zone: string, language: string): string {
  const timeZone = ['UTC', ...Intl.supportedValuesOf('timeZone')].includes(zone) ? zone : undefined
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone }).format(new Date(iso))
}
