const units: readonly (readonly [RegExp, string])[] = [
  [/^P(\d+)Y$/, 'year'],
  [/^P(\d+)M$/, 'month of 30 days'],
  [/^P(\d+)W$/, 'week'],
  [/^P(\d+)D$/, 'day'],
  [/^PT(\d+)H$/, 'hour'],
]

/** `P30D` as "30 days". A duration of several units is said in its own letters: rare, and never wrong. */
export function period(text: string): string {
  for (const [pattern, unit] of units) {
    const count = pattern.exec(text)?.[1]
    if (count) return `${Number(count)} ${Number(count) === 1 ? unit : unit.replace(/^\w+/, '$&s')}`
  }
  return text
}

/** "a", "a and b", "a, b and c" */
export function listed(words: readonly string[], joiner = 'and'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${joiner} ${words.at(-1)}`
}
