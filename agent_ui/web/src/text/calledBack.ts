// Callbacks of today as one figure: those who left the line for one, and those who ordered one on a page.
import type { QueueFigures } from '@/cti/views'

type Counted = Pick<QueueFigures, 'callbacks_promised' | 'callbacks_kept' | 'web_ordered' | 'web_reached'>

export function calledBack(figures: Counted): { promised: number; kept: number } {
  return { promised: figures.callbacks_promised + figures.web_ordered, kept: figures.callbacks_kept + figures.web_reached }
}
