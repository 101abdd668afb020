// The form's own words, in the language that the browser asks for until somebody chooses the other.
import { createI18n } from 'vue-i18n'
import en from '@/i18n/en/callbackForm'
import zh from '@/i18n/zh/callbackForm'

export type Language = 'zh' | 'en'
export const LANGUAGES: Language[] = ['zh', 'en']
export const words = createI18n({ legacy: false, locale: 'zh', fallbackLocale: 'en', messages: { zh, en } })

export function speak(language: Language): void {
  words.global.locale.value = language
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN'
  document.title = words.global.t('title')
}

/** Day and time where the customer is. */
export function momentText(at: string, language: Language): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en' : 'zh-CN', { weekday: 'long', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at))
}
