import type { EventKind } from '../../../policy/policy.ts'
import { pages } from '../pages.ts'
import { answer, type Check } from './answer.ts'

const chunk = 2000
/** Where a message says whether hits of this kind may be recorded; 1 is yes, 2 the date of the last one alone. */
const plans: Readonly<Record<EventKind, string>> = { open: 'opens', click: 'clicks' }

// Sent again after an unknown outcome, or an answer that came after the body: a copy with more links may be about.
const again = 'm.uncertain = 1 OR m.attempts > 1'

/** Each event is of a message that was granted its kind. */
export const eventsGranted: Check = async ({ db }) => {
  const granted = Object.entries(plans).map(([kind, plan]) => `(e.kind = '${kind}' AND m.${plan} = 1)`)
  const count = db
    .prepare<[number, number], number>(
      `SELECT count(*) FROM events e WHERE e.rowid > ? AND e.rowid <= ? AND NOT EXISTS (
         SELECT 1 FROM messages m WHERE m.id = e.message AND (${again} OR ${granted.join(' OR ')}))`,
    )
    .pluck()
  let ungranted = 0
  for await (const [from, to] of pages(db, 'events', chunk)) ungranted += (await count.get(from, to)) ?? 0
  const faults = ungranted > 0 ? [`${ungranted} events of messages that were not granted their kind`] : []
  return answer(faults, 'every event is of a message that was granted its kind')
}
