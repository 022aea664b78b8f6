import type { House } from './house.ts'

/** What the processes said above `info`, the most frequent first: an event with its code, and how often. */
export function complaintsOf({ roles }: House): readonly string[] {
  const counts = new Map<string, number>()
  for (const { event, level, code } of roles.flatMap((role) => role.log())) {
    if (level === 'info') continue
    const name = code && code !== event ? `${event} ${code}` : event
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${count} ${name}`)
}
