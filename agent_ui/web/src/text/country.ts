// Countries by their two letters, as people call them.

const names = new Map<string, Intl.DisplayNames>()

export function countryName(code: string, language: string): string {
  let known = names.get(language)
  if (!known) names.set(language, (known = new Intl.DisplayNames(language, { type: 'region' })))
  try {
    return known.of(code) ?? code
  } catch {
    // three digits or less than two letters: of no country
    return code
  }
}

/** "Germany, France" */
export function countryNames(codes: string[], language: string): string {
  return codes.map((code) => countryName(code, language)).join(language.startsWith('zh') ? '、' : ', ')
}
