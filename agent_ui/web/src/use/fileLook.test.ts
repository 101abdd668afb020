import { expect, test } from 'vitest'
import { ApiError } from '@/api/client'
import type { ColumnMapping, FileFormat, ImportPreview } from '@/api/imports'
import { useFileLook } from './fileLook'

const FILE = { name: 'list.csv' } as File
const GUESS = { 0: 'name', 1: 'phone' }

interface Asked {
  as: FileFormat
  mapping: ColumnMapping | null
  answer: (found: Partial<ImportPreview>) => void
  refuse: (error: unknown) => void
}

function stand() {
  const asked: Asked[] = []
  const look = useFileLook<ImportPreview>((_file, as, mapping) => {
    let answer!: Asked['answer']
    let refuse!: Asked['refuse']
    const promise = new Promise<ImportPreview>((resolve, reject) => {
      answer = (found) => resolve({ columns: ['Name', 'Tel', 'Fax'], mapping: mapping ?? GUESS, encoding: 'cp1252', country: as.country || 'CN', ...found } as ImportPreview)
      refuse = reject
    })
    asked.push({ as, mapping, answer, refuse })
    return { answer: promise, abort: () => refuse(new ApiError(0, 'cancelled', '')) }
  })
  return { asked, look }
}

test('columns are guessed first, and kept as they were put right when only the country is another', async () => {
  const { asked, look } = stand()
  const first = look.take(FILE)
  asked[0]!.answer({})
  await first
  expect([look.mapping.value, look.asSeen.value]).toEqual([GUESS, { encoding: 'cp1252', country: 'CN' }])

  const mapped = look.map({ 0: 'name', 1: 'phone', 2: 'phone' })
  expect(asked[1]!.mapping).toEqual({ 0: 'name', 1: 'phone', 2: 'phone' })
  asked[1]!.answer({})
  await mapped

  const changed = look.change({ encoding: '', country: 'DE' })
  expect([asked[2]!.as.country, asked[2]!.mapping]).toEqual(['DE', { 0: 'name', 1: 'phone', 2: 'phone' }])
  asked[2]!.answer({})
  await changed
  expect([look.looking.value, look.preview.value?.country]).toEqual([false, 'DE'])
})

test('other headings are guessed anew', async () => {
  const { asked, look } = stand()
  const first = look.take(FILE)
  asked[0]!.answer({})
  await first
  void look.map({ 1: 'phone' })
  expect(asked).toHaveLength(1)
  const changed = look.change({ encoding: 'cp1250', country: '' })
  expect(asked[1]!.mapping).toBeNull()
  asked[1]!.answer({})
  await changed

  void look.map({ 1: 'phone' })
  const again = look.change({ encoding: 'cp1250', country: 'PL' })
  expect(asked[2]!.mapping).toEqual({ 1: 'phone' })
  asked[2]!.answer({ columns: ['Imię', 'Tel', 'Fax'] })
  await new Promise((done) => setTimeout(done))
  expect(asked[3]!.mapping).toBeNull()
  asked[3]!.answer({ columns: ['Imię', 'Tel', 'Fax'] })
  await again
  expect(look.mapping.value).toEqual(GUESS)
})

test('a later look ends an earlier one, and a refusal is shown with the file still there', async () => {
  const { asked, look } = stand()
  const first = look.take(FILE)
  const second = look.change({ encoding: 'gb18030', country: '' })
  await first
  expect([look.looking.value, look.failure.value]).toEqual([true, null])
  const error = new ApiError(422, 'encoding', '')
  asked[1]!.refuse(error)
  await second
  expect([look.failure.value, look.file.value, look.looking.value]).toEqual([error, FILE, false])
  look.drop()
  expect([look.failure.value, look.file.value, look.format.value.encoding]).toEqual([null, null, ''])
})
