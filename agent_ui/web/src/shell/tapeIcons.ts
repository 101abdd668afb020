// The signs of every recorder: a dot begins, a square ends. The library has only cameras.
import { h, type FunctionalComponent, type VNode } from 'vue'

function ring(inside: VNode): VNode {
  return h('svg', { viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', 'stroke-width': 2 }, [h('circle', { cx: 12, cy: 12, r: 9.5 }), inside])
}

export const RecordIcon: FunctionalComponent = () => ring(h('circle', { cx: 12, cy: 12, r: 5, fill: '#d33a2c', stroke: 'none' }))
export const StopIcon: FunctionalComponent = () => ring(h('rect', { x: 8, y: 8, width: 8, height: 8, rx: 1, fill: 'currentColor', stroke: 'none' }))
