// Copies what is on the page, and remembers which of several was copied last.
import { ElMessage } from 'element-plus'
import { ref, type Ref } from 'vue'
import { i18n } from '@/i18n'

/** False: pages that came by plain HTTP have no clipboard, so the text is marked for Ctrl+C, and it is said. */
export async function copyText(text: string, shownIn: () => Element | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    mark(shownIn())
    ElMessage.info(i18n.global.t('common.copyByHand'))
    return false
  }
}

function mark(shown: Element | null): void {
  if (shown instanceof HTMLInputElement) shown.select()
  else if (shown) getSelection()?.selectAllChildren(shown)
}

/** For links, each in a field `address-<id>`. */
export function useCopied(): { copied: Ref<number | null>; copy(id: number, address: string): Promise<void> } {
  const copied = ref<number | null>(null)
  return {
    copied,
    async copy(id, address) {
      if (await copyText(address, () => document.querySelector(`#address-${id}`))) copied.value = id
    },
  }
}
