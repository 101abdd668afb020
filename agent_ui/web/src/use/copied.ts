// Copies the address of a link, and remembers which one was copied last.
import { ElMessage } from 'element-plus'
import { ref, type Ref } from 'vue'
import { i18n } from '@/i18n'

/** Pages that came by plain HTTP have no clipboard: the field `address-<id>`, which shows the address, is marked instead. */
export function useCopied(): { copied: Ref<number | null>; copy(id: number, address: string): Promise<void> } {
  const copied = ref<number | null>(null)
  return {
    copied,
    async copy(id, address) {
      try {
        await navigator.clipboard.writeText(address)
        copied.value = id
      } catch {
        document.querySelector<HTMLInputElement>(`#address-${id}`)?.select()
        ElMessage.info(i18n.global.t('wallboards.copyByHand'))
      }
    },
  }
}
