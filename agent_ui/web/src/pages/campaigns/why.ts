// Why somebody is not called, or not yet: in words.
type Translate = (key: string) => string

/** A reason of the rules, else how the last attempt came out; a code of somebody else stays as it is. */
export function whyWord(code: string, t: Translate, te: (key: string) => boolean): string {
  const key = [`campaigns.whys.${code}`, `campaigns.verdicts.${code}`].find(te)
  return code && key ? t(key) : code
}
