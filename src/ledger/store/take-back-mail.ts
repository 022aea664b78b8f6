import { type Day, dayOf, randomBytes } from '../../base/index.ts'
import type { EventField, EventKind, Grain, MessageGroup } from '../../policy/policy.ts'
import { catalogue } from '../catalogue/index.ts'
import { groupUntil, recordingMode, rowUntil } from '../grants.ts'
import { places } from '../keys/place.ts'
import type { Store } from './store.ts'
import { bytesAt, dayAt, type HeldRow, instantAt, numberAt, textAt } from './take-back-values.ts'

const settled = new Set(['sent', 'bounced', 'failed', 'refused', 'cancelled', 'expired', 'uncertain'])
const grainMillis: Readonly<Record<Grain, number>> = { second: 1e3, minute: 6e4, hour: 36e5, day: 864e5, value: 1 }
const words: readonly EventField[] = ['country', 'region', 'browser', 'os', 'device', 'language', 'agent']

/** What the insertion below names; whatever else is theirs by the catalogue comes back as it was written out. */
const named = new Set([
  ...[
    'id',
    'handle',
    'campaign',
    'purpose',
    'policy',
    'status',
    'reason',
    'uncertain',
    'opens',
    'clicks',
    'plan_reason',
  ],
  ...['accepted_at', 'sent_at', 'content', 'merge', 'recipient', 'subject', 'links'],
])
const further = Object.entries(catalogue.messages.columns)
  .filter(([column, { whose, sealedBy }]) => whose === 'recipient' && !named.has(column) && sealedBy === undefined)
  .map(([column]) => column)

export interface Brought {
  readonly brought: number
  readonly left: number
}

/**
 * Messages with their outcome and what was recorded of them, built anew under the policies of this store: a version that it does
 * not know grants nothing. Mail that still waited is left out: it is sent where it waits, and not twice.
 */
export function takingBackMail(store: Store) {
  const { db, keys, policies, clock } = store
  const exists = db.prepare<[Buffer], number>('SELECT 1 FROM messages WHERE id = ?').pluck()
  const campaignHere = db.prepare<[Buffer], number>('SELECT 1 FROM campaigns WHERE id = ?').pluck()
  const addMessage = db.prepare(
    `INSERT INTO messages (id, campaign, handle, purpose, policy, status, reason, next_attempt_at, uncertain,
       opens, clicks, plan_reason, accepted_on, accepted_at, sent_at, expires_on, recipient, recipient_until, subject,
       subject_until, links, links_until)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  )
  const addEvent = db.prepare(
    `INSERT INTO events (id, message, kind, policy, expires_on, at, link, ${words.join(', ')}, rules)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )

  const complete = further.length
    ? db.prepare(`UPDATE messages SET ${further.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`)
    : null
  const plain = (row: HeldRow, column: string) =>
    /_at$/.test(column) ? instantAt(row, column) : (numberAt(row, column) ?? textAt(row, column))

  /** A group's value sealed anew, with its last day; nothing where no policy grants it any more. */
  async function group(
    row: HeldRow,
    name: MessageGroup & ('recipient' | 'subject' | 'links'),
    id: Buffer,
    handle: Buffer,
  ): Promise<readonly [Buffer | null, Day | null]> {
    const value = row[name]
    const number = numberAt(row, 'policy')
    const accepted = dayAt(row, 'accepted_at')
    if (value === undefined || number === null || accepted === null) return [null, null]
    const until = groupUntil(policies, number, accepted, name)
    if (until === null || until < dayOf(clock.now())) return [null, null]
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return [places[name].seal(await keys.subjectKey(handle), id, text), until]
  }

  async function message(row: HeldRow, handle: Buffer): Promise<Buffer | null> {
    const [id, status, number] = [bytesAt(row, 'id'), textAt(row, 'status'), numberAt(row, 'policy')]
    const [acceptedAt, given] = [instantAt(row, 'accepted_at'), dayAt(row, 'expires_on')]
    const [purpose, reason] = [textAt(row, 'purpose'), textAt(row, 'plan_reason')]
    if (purpose === null || reason === null) return null
    if (!id || !status || number === null || acceptedAt === null || given === null) return null
    if (!settled.has(status) || !policies.all.has(number) || (await exists.get(id))) return null
    const accepted = dayOf(acceptedAt)
    const until = Math.min(given, rowUntil(policies, number, accepted))
    if (until < dayOf(clock.now())) return null
    const campaign = bytesAt(row, 'campaign')
    const { changes } = await addMessage.run(
      ...[id, campaign && (await campaignHere.get(campaign)) ? campaign : null, handle, purpose, number],
      ...[status, textAt(row, 'reason'), acceptedAt, numberAt(row, 'uncertain') ?? 0],
      ...[numberAt(row, 'opens') ?? 0, numberAt(row, 'clicks') ?? 0, reason],
      ...[accepted, acceptedAt, instantAt(row, 'sent_at'), until],
      ...(await group(row, 'recipient', id, handle)),
      ...(await group(row, 'subject', id, handle)),
      ...(await group(row, 'links', id, handle)),
    )
    if (changes === 1) await complete?.run(...further.map((column) => plain(row, column)), id)
    return changes === 1 ? id : null
  }

  /** What may be kept of an event, and until when; null where no policy grants it any more, or its time is over. */
  function granted(row: HeldRow, mine: ReadonlyMap<string, Day>) {
    const [name, kind, number] = [textAt(row, 'message') ?? '', textAt(row, 'kind'), numberAt(row, 'policy')]
    const [accepted, given] = [mine.get(name), dayAt(row, 'expires_on')]
    if (!isKind(kind) || number === null || accepted === undefined || given === null) return null
    if (recordingMode(policies, number, kind) !== 'individual') return null
    const rule = policies.inForce.events[kind]
    const grain = rule.fields.get('at')
    const exact = instantAt(row, 'at')
    const at = grain && exact !== null ? exact - (exact % grainMillis[grain]) : null
    const window = number === policies.inForce.number ? rule.recordingDays : 0
    const until = Math.min(given, (at === null ? accepted + window : dayOf(at)) + rule.retentionDays)
    return until < dayOf(clock.now()) ? null : { kind, number, until, at, fields: rule.fields }
  }

  /** Only of a message that was brought back just now: of the others, what was recorded and not purged is here. */
  async function event(row: HeldRow, mine: ReadonlyMap<string, Day>): Promise<boolean> {
    const given = granted(row, mine)
    if (!given) return false
    const { kind, number, until, at, fields } = given
    const texts = words.map((field) => (fields.has(field) ? textAt(row, field) : null))
    const link = fields.has('link') ? numberAt(row, 'link') : null
    // The set of rules means something beside the class that it gave, and nothing without.
    const rules = texts[words.indexOf('agent')] === null ? null : numberAt(row, 'rules')
    await addEvent.run(randomBytes(16), bytesAt(row, 'message'), kind, number, until, at, link, ...texts, rules)
    return true
  }

  const placeOf = (row: HeldRow) => [textAt(row, 'id') ?? '', dayAt(row, 'accepted_at') ?? 0] as const

  return {
    /** Days on which these events may end, and perhaps more. */
    lastDays: (messages: readonly HeldRow[], events: readonly HeldRow[]): readonly Day[] => {
      const all = new Map(messages.map(placeOf))
      return events.flatMap((row) => granted(row, all)?.until ?? [])
    },
    /** Within an open transaction. */
    take: async (messages: readonly HeldRow[], events: readonly HeldRow[], handle: Buffer): Promise<Brought> => {
      const mine = new Map<string, Day>()
      for (const row of messages) if (await message(row, handle)) mine.set(...placeOf(row))
      let recorded = 0
      for (const row of events) if (await event(row, mine)) recorded += 1
      const brought = mine.size + recorded
      return { brought, left: messages.length + events.length - brought }
    },
  }
}

const isKind = (word: string | null): word is EventKind => word === 'open' || word === 'click'
