// How far an import is, as the bar and the line below it show it.
import type { ImportJob } from '@/api/imports'

/** Whole percent; 100 only when nothing is left. */
export function portion({ done, row_count }: Pick<ImportJob, 'done' | 'row_count'>): number {
  return row_count > 0 ? Math.min(100, Math.floor((done / row_count) * 100)) : 0
}

type Counts = Pick<ImportJob, 'created' | 'updated' | 'unchanged' | 'rejected_rows'>

export function countsText(job: Counts, t: (key: string) => string): string {
  const counts: [string, number][] = [
    ['created', job.created],
    ['updated', job.updated],
    ['unchanged', job.unchanged],
    ['rejected', job.rejected_rows],
  ]
  return counts.map(([word, count]) => `${t(`imports.${word}`)} ${count.toLocaleString()}`).join(' · ')
}
