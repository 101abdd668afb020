// What was done, with a way back for some seconds.
import { ElMessage } from 'element-plus'
import { h } from 'vue'

const UNDO_MS = 8000

export function sayUndoable(words: string, undoWords: string, undo: () => unknown): void {
  const back = h('button', { class: 'undo', type: 'button', 'data-testid': 'undo', onClick: () => (message.close(), void undo()) }, undoWords)
  const message = ElMessage.success({ message: h('span', [words, ' ', back]), duration: UNDO_MS, showClose: true })
}
