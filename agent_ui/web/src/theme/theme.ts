// Light or dark: the system's choice until the person makes one.
import { ref } from 'vue'

export type Theme = 'auto' | 'light' | 'dark'
const STORED = 'callroom.theme'
const dark = window.matchMedia('(prefers-color-scheme: dark)')

export const theme = ref<Theme>('auto')

export function setTheme(next: Theme): void {
  theme.value = next
  localStorage.setItem(STORED, next)
  apply()
}

export function startTheme(): void {
  const stored = localStorage.getItem(STORED)
  if (stored === 'light' || stored === 'dark') theme.value = stored
  dark.addEventListener('change', apply)
  apply()
}

function apply(): void {
  const isDark = theme.value === 'dark' || (theme.value === 'auto' && dark.matches)
  document.documentElement.classList.toggle('dark', isDark)
}
