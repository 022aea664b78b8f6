import { bytesOf, type Id } from '../../base/index.ts'
import { forgery, isPermittedMessage, type MessageFacts, type PermittedMessage } from '../../gate/index.ts'
import { rowUntil } from '../grants.ts'
import { places } from '../keys/place.ts'
import type { Acceptance, Stops } from '../ledger.ts'
import type { Consents } from './consent.ts'
import { type Asked, type Draft, draftsOf, handleOf, isDraft, reachesAnybody } from './draft.ts'
import { Contested, inOrder } from './hold.ts'
import type { People, Person } from './people.ts'
import { planColumns } from './plan.ts'
import type { Store } from './store.ts'

/** What is sealed from acceptance until the outcome, under a key of the message's own. */
export interface Outbox {
  readonly content: MessageFacts['content']
  readonly from: string | null
  readonly replyTo: string | null
}

type Sealed = readonly [content: Buffer | null, merge: Buffer | null, recipient: Buffer | null]

/**
 * Keeps permitted messages. Keys are committed before the rows that need them. A refused message is a fact without
 * content, recipient or key, and a refused stranger stays one: nothing is kept by which they could be known again.
 *
 * Batches stand beside each other; each holds the people whom it finds. Where two make the same person or message at the
 * same time, the later one is undone, its keys as well, and accepted anew, alone: then it finds what the other wrote.
 */
export function accept(store: Store, people: People, consents: Consents) {
  const { db, keys } = store
  const repeated = db
    .prepare<[Buffer, Buffer], Buffer>('SELECT id FROM messages WHERE handle = ? AND campaign = ?')
    .pluck()
  const exists = db.prepare<[Buffer], number>('SELECT 1 FROM messages WHERE id = ?').pluck()
  const suppressed = db
    .prepare<[Buffer, string], number>("SELECT 1 FROM suppressions WHERE hash = ? AND purpose IN ('', ?)")
    .pluck()
  const over = db
    .prepare<[Buffer], number>("SELECT 1 FROM campaigns WHERE id = ? AND status IN ('done', 'cancelled')")
    .pluck()
  const insert = db.prepare(
    `INSERT INTO messages (id, campaign, handle, purpose, policy, status, reason, next_attempt_at, opens, clicks,
       plan_reason, accepted_on, accepted_at, expires_on, content, merge, recipient)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )

  /** Asked under the lock: a campaign may have ended while its recipients were still coming. */
  async function endedOf(batch: readonly MessageFacts[]): Promise<ReadonlySet<Id | null>> {
    const named = [...new Set(batch.map(({ campaign }) => campaign))].filter((campaign) => campaign !== null)
    const ended = await Promise.all(named.map(async (campaign) => (await over.get(bytesOf(campaign))) !== undefined))
    return new Set(named.filter((_campaign, index) => ended[index]))
  }

  async function ask(facts: MessageFacts, found: Person | null, ended: ReadonlySet<Id | null>): Promise<Asked> {
    const stopHash = people.stopHash(facts.owner ?? facts.to)
    const [repeats, same, stopped] = await Promise.all([
      found && facts.campaign !== null ? repeated.get(found.handle, bytesOf(facts.campaign)) : undefined,
      exists.get(bytesOf(facts.id)),
      facts.refused || reachesAnybody(facts) ? undefined : suppressed.get(stopHash, facts.purpose),
    ])
    const known = { repeats: repeats ?? null, exists: Boolean(same), suppressed: Boolean(stopped) }
    return { facts, stopHash, found, ...known, over: ended.has(facts.campaign) }
  }

  async function keepAll(batch: readonly MessageFacts[]): Promise<readonly Acceptance[]> {
    const found = await people.findHeld(batch.map(({ owner, to }) => owner ?? to))
    const ended = await endedOf(batch)
    const asked = await Promise.all(batch.map((facts, index) => ask(facts, found[index] ?? null, ended)))
    const { answers, newcomers } = draftsOf(asked)
    const drafts = answers.filter(isDraft)
    await keys.together(async () => {
      await people.makeAll(newcomers)
      await insertAll(drafts)
    })
    const sources = drafts.filter(({ source }) => source)
    await Promise.all(sources.map(({ person, facts }) => person && people.keepSource(person.handle, facts.purpose)))
    const kept: Acceptance[] = []
    for (const answer of answers) {
      if (!isDraft(answer)) kept.push(answer)
      else {
        const { facts, person } = answer
        const changes = person ? await decided(person, facts) : []
        kept.push({
          ...{ id: facts.id, accepted: true, handle: handleOf(person) },
          stops: changes.findLast(Boolean) ?? null,
        })
      }
    }
    return kept
  }

  async function insertAll(drafts: readonly Draft[]): Promise<void> {
    const keyed = inOrder(drafts, ({ id }) => id)
    const sealed = new Map(await Promise.all(keyed.map(async (draft) => [draft, await sealedValues(draft)] as const)))
    const made = await Promise.all(
      drafts.map((draft) => insert.run(...columns(draft), ...(sealed.get(draft) ?? [null, null, null]))),
    )
    if (made.some(({ changes }) => changes === 0)) throw new Contested()
  }

  async function decided(person: Person, facts: MessageFacts): Promise<readonly Stops[]> {
    if (facts.consents.length > 0) await people.keepAddress(person.handle, facts.to)
    const changes: Stops[] = []
    for (const record of facts.consents) changes.push((await consents.keep(person.handle, record)).stops)
    return changes
  }

  function columns({ id, campaign, person, facts, refused }: Draft) {
    const { plan } = facts
    const until = rowUntil(store.policies, facts.policy, facts.accepted, facts.purpose)
    const status = refused ? 'refused' : 'queued'
    const due = facts.acceptedAt
    return [
      ...[id, campaign, person?.handle ?? null, facts.purpose, facts.policy, status, refused, due],
      ...(refused ? [0, 0] : planColumns(plan)),
      plan.reason,
      ...[facts.accepted, facts.acceptedAt, until],
    ]
  }

  async function sealedValues({ id, person, refused, facts }: Draft): Promise<Sealed> {
    if (!person || refused) return [null, null, null]
    const outbox: Outbox | null =
      facts.content || facts.from || facts.replyTo
        ? { content: facts.content, from: facts.from, replyTo: facts.replyTo }
        : null
    const merged = Object.keys(facts.merge).length > 0
    const [own, key] = await Promise.all([
      keys.subjectKey(person.handle),
      outbox || merged ? keys.newContentKey(id) : null,
    ])
    return [
      key && outbox && places.content.seal(key, id, JSON.stringify(outbox)),
      key && merged ? places.merge.seal(key, id, JSON.stringify(facts.merge)) : null,
      places.recipient.seal(own, id, JSON.stringify([facts.to.text, facts.name])),
    ]
  }

  return async (messages: readonly PermittedMessage[]): Promise<readonly Acceptance[]> => {
    for (const message of messages) if (!isPermittedMessage(message)) throw forgery()
    const batch = messages.map(({ facts }) => facts)
    try {
      return await db.beside(() => keepAll(batch))
    } catch (cause) {
      if (!(cause instanceof Contested)) throw cause
      return db.alone(() => keepAll(batch))
    }
  }
}
