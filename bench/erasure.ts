/** What it takes to forget one person in stores of different sizes, and what that costs those whose hits come in meanwhile. */
import { join } from 'node:path'
import Driver from 'better-sqlite3'
import { dayOf, newHandle, newId, parseAddress, realClock } from '../src/base/index.ts'
import { newRawHit, permitHit, permitMessage, unknownPerson } from '../src/gate/index.ts'
import { type Ledger, openSqliteLedger } from '../src/ledger/index.ts'
import { loadPolicy } from '../src/policy/index.ts'
import { operatorKey, scratch } from './child.ts'

export interface ErasureRow {
  readonly events: number
  /** Median milliseconds until rows and keys of one person are gone, and how that compares to the smallest store. */
  readonly millis: number
  readonly ratio: number
  /** Seconds until free pages and write-ahead logs are emptied. */
  readonly residueSeconds: number
  /** Milliseconds of a commit of 100 hits that 99 of 100 stay below: without erasures, and while they and their residue run. */
  readonly alone: number
  readonly meanwhile: number
}

const policy = loadPolicy('mailerplex')
const book = { inForce: policy, all: new Map([[policy.number, policy]]) }
const perPerson = 10
const erased = 21
const readers = {
  place: () => ({ country: 'SE', region: null }),
  client: () => ({ browser: 'Chrome', os: 'Linux', device: null }),
  agent: () => 'person',
}

const hitOn = (message: string) => {
  const claims = { policy: policy.number, issued: dayOf(Date.now()), message, handle: newHandle(), link: 0, target: '' }
  const seen = {
    method: 'GET',
    address: '203.0.113.9',
    userAgent: 'Mozilla/5.0',
    acceptLanguage: 'en',
    gpc: false,
    dnt: false,
  }
  return permitHit(newRawHit({ ...seen, at: Date.now() }), 'open', claims, policy, book.all, readers).permitted!
}

/** A person as daily use leaves one: a mail that was sent, a yes, and hits. */
async function person(ledger: Ledger, email: string, hits: number): Promise<string> {
  const to = parseAddress(email)!
  const consent = {
    purpose: 'insight',
    state: 'granted',
    at: new Date().toISOString(),
    source: 'form',
    wording: 'Yes',
  } as const
  const request = {
    ...{ id: newId(), purpose: 'deliver', campaign: null, to, name: 'Bench', from: null, replyTo: null },
    content: { subject: 'Hello', html: '<p>Hello</p>', text: null, attachments: [] },
    ...{ merge: {}, consents: [consent], acceptedAt: Date.now() },
  }
  const purpose = policy.purposes.get('deliver')!
  const [accepted] = await ledger.accept([permitMessage(request, policy, purpose, unknownPerson, dayOf(Date.now()))])
  const [claimed] = await ledger.claim([accepted!.id], Date.now(), Date.now() + 60_000)
  const { id, fence } = claimed!
  await ledger.settle([{ id, fence, status: 'sent', reason: null, subject: 'Hello', links: [] }], Date.now())
  if (hits > 0) await ledger.record(Array.from({ length: hits }, () => hitOn(id)))
  return id
}

/** The crowd around them, written in one go: rows of the same shape with noise for what is sealed. */
function crowd(path: string, keysPath: string, events: number): void {
  const count = Math.ceil(events / perPerson)
  const [db, keys] = [new Driver(path), new Driver(keysPath)]
  const series = (to: number) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${to})`
  const handle = `CAST(printf('%012d', i) AS BLOB)`
  const id = `CAST(printf('%016d', i) AS BLOB)`
  const today = dayOf(Date.now())
  db.exec(`BEGIN;
    INSERT INTO subjects (handle, address_index, stop) ${series(count)} SELECT ${handle}, randomblob(32), randomblob(72) FROM n;
    INSERT INTO messages (id, handle, purpose, policy, status, next_attempt_at, opens, clicks, plan_reason, accepted_on, accepted_at,
      expires_on, recipient, recipient_until)
      ${series(count)} SELECT ${id}, ${handle}, 'deliver', ${policy.number}, 'sent', 0, 1, 1, 'consent_given', ${today},
      ${Date.now()}, ${today + 30}, randomblob(90), ${today + 30} FROM n;
    INSERT INTO events (id, message, kind, policy, expires_on, country, browser)
      ${series(events)} SELECT randomblob(16), CAST(printf('%016d', 1 + abs(random()) % ${count}) AS BLOB), 'open', ${policy.number},
      ${today + 30}, 'SE', 'Chrome' FROM n;
    COMMIT`)
  keys.exec(
    `BEGIN; INSERT INTO subject_keys (handle, epoch, wrapped) ${series(count)} SELECT ${handle}, 1, randomblob(72) FROM n; COMMIT`,
  )
  for (const each of [db, keys]) each.close()
}

const at = (waits: readonly number[], share: number): number =>
  [...waits].sort((a, b) => a - b)[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0

/** Commits of 100 hits, one after the other, until told to stop; how long each took, waiting for its turn included. */
async function ingest(ledger: Ledger, message: string, going: () => boolean): Promise<readonly number[]> {
  const waits: number[] = []
  while (going()) {
    const batch = Array.from({ length: 100 }, () => hitOn(message))
    const started = performance.now()
    await new Promise((resolve) => setImmediate(resolve))
    await ledger.record(batch)
    waits.push(performance.now() - started)
  }
  return waits
}

export async function benchErasure(sizes: readonly number[]): Promise<readonly ErasureRow[]> {
  const rows: ErasureRow[] = []
  for (const events of sizes) {
    const folder = scratch()
    const [path, keysPath] = [join(folder, 'lethe.db'), join(folder, 'keys.db')]
    const ledger = await openSqliteLedger({
      ...{ path, keysPath, epochsPath: join(folder, 'epochs'), policies: book, clock: realClock },
      operatorKeys: [{ id: 'bench', key: operatorKey, revoked: false }],
    })
    await ledger.enforce(policy)
    crowd(path, keysPath, events)
    const reader = await person(ledger, 'reader@example.org', 0)
    for (let index = 0; index < erased; index++) await person(ledger, `p${index}@example.org`, perPerson)

    let count = 0
    const alone = await ingest(ledger, reader, () => ++count <= 200)
    const took: number[] = []
    let done = false
    const forgetting = (async () => {
      for (let index = 0; index < erased; index++) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        const started = performance.now()
        const facts = { id: newId(), right: 'erase', openedAt: Date.now(), dueAt: Date.now() } as const
        const erasure = await ledger.beginErasure(parseAddress(`p${index}@example.org`)!, facts)
        await ledger.eraseSubject(erasure!.id)
        took.push(performance.now() - started)
      }
      const started = performance.now()
      while (!(await ledger.tidy())) await new Promise((resolve) => setTimeout(resolve, 50))
      const residue = (performance.now() - started) / 1000
      done = true
      return residue
    })()
    const meanwhile = await ingest(ledger, reader, () => !done)
    const millis = at(took, 0.5)
    rows.push({
      ...{ events, millis, ratio: millis / (rows[0]?.millis ?? millis), residueSeconds: await forgetting },
      ...{ alone: at(alone, 0.99), meanwhile: at(meanwhile, 0.99) },
    })
    await ledger.close()
  }
  return rows
}
