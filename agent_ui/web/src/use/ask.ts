// Questions before something is lost.
import { ElMessageBox } from 'element-plus'
import { onScopeDispose } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'
import { i18n } from '@/i18n'

async function ask(title: string, text: string, yes: string): Promise<boolean> {
  try {
    await ElMessageBox.confirm(text, title, {
      confirmButtonText: yes,
      cancelButtonText: i18n.global.t('common.cancel'),
      confirmButtonType: 'danger',
      type: 'warning',
    })
    return true
  } catch {
    return false
  }
}

export function askDelete(name: string, consequence = ''): Promise<boolean> {
  const { t } = i18n.global
  return ask(t('ask.deleteTitle', { name }), consequence || t('ask.deleteText'), t('common.delete'))
}

export function askDo(title: string, text: string, yes: string): Promise<boolean> {
  return ask(title, text, yes)
}

export function askDiscard(): Promise<boolean> {
  const { t } = i18n.global
  return ask(t('ask.discardTitle'), t('ask.discardText'), t('ask.discard'))
}

/** Leaving the page or the program asks first while `dirty()` is true. */
export function useUnsavedGuard(dirty: () => boolean): void {
  onBeforeRouteLeave(() => !dirty() || askDiscard())
  const onUnload = (event: BeforeUnloadEvent) => {
    if (dirty()) event.preventDefault()
  }
  window.addEventListener('beforeunload', onUnload)
  onScopeDispose(() => window.removeEventListener('beforeunload', onUnload))
}

/** For the `before-close` of a dialog or drawer with a form. */
export async function closeUnless(dirty: boolean, done: () => void): Promise<void> {
  if (!dirty || (await askDiscard())) done()
}
