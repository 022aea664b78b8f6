import type { Verdict } from '../verdict.ts'

/** A provider's notice, reduced at the door: the verdict, and strings in which a token of ours may stand. */
export interface Notification {
  readonly verdict: Verdict
  readonly traces: readonly string[]
}

const mostStrings = 2_000
const longest = 16_384

/** Every string of a document, wherever a provider puts our header or our return path; bounded in number and depth. */
export function stringsOf(value: unknown, depth = 12, found: string[] = []): readonly string[] {
  if (found.length >= mostStrings || depth === 0) return found
  if (typeof value === 'string') found.push(value.slice(0, longest))
  else if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) stringsOf(each, depth - 1, found)
  }
  return found
}
