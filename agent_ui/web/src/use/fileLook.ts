// Looks at a file before it is imported, and again whenever a person says something else of it.
import { computed, ref, shallowRef } from 'vue'
import { ApiError } from '@/api/client'
import type { ColumnMapping, FileFormat, ImportPreview } from '@/api/imports'
import type { Upload } from '@/api/upload'

type Begin<P> = (file: File, as: FileFormat, mapping: ColumnMapping | null, onProgress: (ratio: number) => void) => Upload<P>

const NUMBER = 'phone'

export function useFileLook<P extends ImportPreview>(begin: Begin<P>) {
  const file = shallowRef<File | null>(null)
  const preview = shallowRef<P | null>(null)
  const mapping = ref<ColumnMapping>({})
  const format = ref<FileFormat>({ encoding: '', country: '' })
  const looking = ref(false)
  const sent = ref(0)
  const failure = shallowRef<unknown>(null)
  /** As it was read: what is imported is what was seen. */
  const asSeen = computed<FileFormat>(() => ({ encoding: preview.value?.encoding ?? '', country: preview.value?.country ?? '' }))
  let running: Upload<P> | null = null
  let edited = false

  /** The newest look wins; `keep` the columns as a person has put them right. */
  async function look(keep: boolean): Promise<void> {
    if (!file.value) return
    running?.abort()
    const mine = (running = begin(file.value, { ...format.value }, keep ? mapping.value : null, (ratio) => (sent.value = ratio)))
    looking.value = true
    sent.value = 0
    failure.value = null
    try {
      const found = await mine.answer
      if (mine !== running) return
      const same = JSON.stringify(found.columns) === JSON.stringify(preview.value?.columns)
      if (keep && !same) return await look(false)
      preview.value = found
      mapping.value = { ...found.mapping }
      edited &&= keep
    } catch (error) {
      if (mine === running && !(error instanceof ApiError && error.code === 'cancelled')) failure.value = error
    } finally {
      if (mine === running) looking.value = false
    }
  }

  async function take(picked: File): Promise<void> {
    preview.value = null
    file.value = picked
    edited = false
    await look(false)
  }

  async function change(to: FileFormat): Promise<void> {
    const keep = edited && to.encoding === format.value.encoding
    format.value = to
    await look(keep)
  }

  async function map(to: ColumnMapping): Promise<void> {
    const before = numbersOf(mapping.value)
    mapping.value = to
    edited = true
    if (numbersOf(to) !== before) await look(true)
  }

  function drop(): void {
    running?.abort()
    running = null
    looking.value = false
    file.value = preview.value = failure.value = null
    format.value = { encoding: '', country: '' }
  }

  return { file, preview, mapping, format, looking, sent, failure, asSeen, take, change, map, drop }
}

function numbersOf(mapping: ColumnMapping): string {
  return Object.keys(mapping).filter((column) => mapping[column] === NUMBER).sort().join()
}
