// The board's own words; the link says in which language.
import { createI18n } from 'vue-i18n'
import en from '@/i18n/en/wallboard'
import zh from '@/i18n/zh/wallboard'

export const LOCALES = ['zh-CN', 'en'] as const
export const words = createI18n({ legacy: false, locale: 'zh-CN', fallbackLocale: 'en', messages: { 'zh-CN': zh, en } })

export function speak(language: 'zh' | 'en'): void {
  const locale = language === 'en' ? 'en' : 'zh-CN'
  words.global.locale.value = locale
  document.documentElement.lang = locale
}

export function percent(ratio: number | null, locale: string): string {
  if (ratio === null) return '–'
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(ratio)
}

/** The time of day where the installation is; the screen may be set to another zone. */
export function clockText(at_ms: number, locale: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at_ms)
}
