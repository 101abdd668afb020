// The spans of a week as bars of each day; what ends on the next day is two bars.

const DAY_MIN = 1440

export function barsOfWeek(week: [number, number][][]): [number, number][][] {
  const bars: [number, number][][] = week.map(() => [])
  week.forEach((spans, day) => {
    for (const [from, until] of spans) {
      const over = until <= from
      bars[day]!.push([from, over ? DAY_MIN : until])
      if (over && until > 0) bars[day + 1]?.push([0, until])
    }
  })
  return bars
}
