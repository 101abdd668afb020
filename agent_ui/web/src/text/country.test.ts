import { expect, test } from 'vitest'
import { countryName, countryNames } from './country'

test('a country is called as people of the language call it', () => {
  expect([countryName('DE', 'en'), countryName('DE', 'zh-CN')]).toEqual(['Germany', '德国'])
  expect([countryName('', 'en'), countryName('?', 'en')]).toEqual(['', '?'])
})

test('several stand beside one another', () => {
  expect([countryNames(['DE', 'FR'], 'en'), countryNames(['DE', 'FR'], 'zh-CN')]).toEqual(['Germany, France', '德国、法国'])
})
