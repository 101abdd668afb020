// A share in whole percent; a dash where there is nothing to divide by.
export function percent(ratio: number | null | undefined): string {
  return ratio === null || ratio === undefined ? '–' : `${Math.round(ratio * 100)}%`
}
