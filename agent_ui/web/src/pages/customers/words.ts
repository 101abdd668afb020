// Words for the small codes of a customer, in the language of the screen.
import { useI18n } from 'vue-i18n'

export function usePointLabel(): (label: string) => string {
  const { t, te } = useI18n()
  return (label) => (te(`customers.pointLabels.${label}`) ? t(`customers.pointLabels.${label}`) : label)
}
