// The two languages: switched without reload, together with Element Plus and the number and date formats.
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import zhElement from 'element-plus/es/locale/lang/zh-cn'
import enElement from 'element-plus/es/locale/lang/en'
import { ApiError, type FieldError } from '@/api/client'
import enCore from './en/core'
import enPages from './en/pages'
import zhCore from './zh/core'
import zhPages from './zh/pages'

export type Language = 'zh-CN' | 'en'
const STORED = 'callroom.language'

function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED)
  if (stored === 'zh-CN' || stored === 'en') return stored
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

export const i18n = createI18n({
  legacy: false,
  locale: firstLanguage(),
  fallbackLocale: 'en',
  messages: { 'zh-CN': { ...zhCore, ...zhPages }, en: { ...enCore, ...enPages } },
})

export const language = computed<Language>(() => i18n.global.locale.value as Language)
export const elementLocale = computed(() => (language.value === 'zh-CN' ? zhElement : enElement))

/** The person's saved language, where this browser has not chosen one. */
export function adoptLanguage(code: string): void {
  if (localStorage.getItem(STORED) === null) i18n.global.locale.value = document.documentElement.lang = code === 'en' ? 'en' : 'zh-CN'
}

export function setLanguage(next: Language): void {
  i18n.global.locale.value = next
  localStorage.setItem(STORED, next)
  document.documentElement.lang = next
}

/** Words for an error's code (`errors.<code>`); the server's own sentence when the code is not known here.
 *
 * `seconds`: how much is left of the pause that it asked for. */
export function errorText(error: unknown, seconds?: number): string {
  const { t, te } = i18n.global
  if (!(error instanceof ApiError)) return t('errors.unexpected')
  const key = `errors.${error.code}`
  if (te(key) || te(key, 'en')) return t(key, { seconds: seconds ?? error.retryAfter_s ?? 30 })
  return error.message || t('errors.unexpected')
}

/** Words for a field's code (`fieldErrors.<code>`), else the server's own. */
export function fieldText(field: FieldError): string {
  const { t, te } = i18n.global
  const key = `fieldErrors.${field.code}`
  return te(key) ? t(key) : field.message
}

document.documentElement.lang = language.value
