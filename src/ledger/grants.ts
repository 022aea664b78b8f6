import type { Day } from '../base/index.ts'
import { confirmPurpose } from '../gate/index.ts'
import { type EventKind, type MessageGroup, narrowerDays, type Policy, type PolicyBook } from '../policy/policy.ts'

/**
 * Every purpose that opens or clicks are recorded for, hygiene among them: withdrawing from one of them stops a person's
 * hits at the door.
 */
export const trackingPurposes = (policy: Policy): ReadonlySet<string> =>
  new Set([
    policy.events.open.purpose,
    policy.events.click.purpose,
    ...(policy.hygiene ? [policy.hygiene.purpose] : []),
  ])

/**
 * The last day on which a group of a message's columns may exist: accepted under the policy `number`, narrowed by the one
 * in force. Null when one of the two does not grant it, or when the older one is not known any more (law 7).
 */
export function groupUntil(book: PolicyBook, number: number, accepted: Day, group: MessageGroup): Day | null {
  const then = book.all.get(number)?.message.retentionDays.get(group)
  const now = book.inForce.message.retentionDays.get(group)
  return then === undefined || now === undefined ? null : accepted + Math.min(then, now)
}

/** The same for the row itself, which every policy grants. The mail that asks for a confirmation ends with its request. */
export function rowUntil(book: PolicyBook, number: number, accepted: Day, purpose = ''): Day {
  if (purpose === confirmPurpose.name) {
    return Math.min(rowUntil(book, number, accepted), accepted + book.inForce.unconfirmedDays)
  }
  const days = [book.inForce, book.all.get(number) ?? book.inForce].map(
    ({ message }) => message.retentionDays.get('delivery') ?? 0,
  )
  return accepted + Math.min(...days)
}

/** How a hit of `kind` may be kept: a row, a count, or not at all; the narrower of then and now. */
export function recordingMode(book: PolicyBook, number: number, kind: EventKind): 'individual' | 'tally' | 'off' {
  const modes = [book.inForce.events[kind].mode, book.all.get(number)?.events[kind].mode ?? 'off']
  if (modes.includes('off')) return 'off'
  return modes.includes('tally') ? 'tally' : 'individual'
}

/** Whether a person's first event is still held when the last one is recorded: then who is new can be told exactly. */
export function outlivesRecording(book: PolicyBook, number: number, kind: EventKind): boolean {
  const now = book.inForce.events[kind]
  const { retention, recording } = narrowerDays(book.all.get(number)?.events[kind] ?? now, now)
  return retention >= recording
}
