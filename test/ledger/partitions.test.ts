import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Ledger, openLedger } from '../../src/ledger/index.ts'
import { type Folder, newFolder, operatorKey } from './folder.ts'
import { handClock, hitOn, permit, requestTo } from './mail.ts'
import { bookOf, policyOf } from './policies.ts'
import { closeServer, havePostgres, newPlace } from './postgres.ts'

describe.runIf(havePostgres)('events in partitions', () => {
  const clock = handClock()
  let url: string
  let schema = 0
  let folder: Folder
  let ledger: Ledger

  beforeAll(async () => {
    url = (await newPlace()).url
  })
  afterAll(closeServer)
  beforeEach(() => clock.reset())
  afterEach(async () => {
    await ledger.close()
    folder.remove()
  })

  async function open(policies: ReturnType<typeof bookOf>): Promise<void> {
    folder = newFolder()
    ledger = await openLedger(`${url}?schema=days_${++schema}&connections=6`, {
      ...{ keysPath: folder.keys, epochsPath: folder.epochs, operatorKeys: [operatorKey()], policies, clock },
    })
    await ledger.enforce(policies.inForce)
  }

  async function accepted(policies: ReturnType<typeof bookOf>, to: string): Promise<string> {
    const request = requestTo(to, clock)
    await ledger.accept([permit(request, policies.inForce)])
    return request.id
  }

  it('are dropped by the day while hits come in, and no hit is lost or in the way', { timeout: 120_000 }, async () => {
    const policies = bookOf(policyOf({ groups: { delivery: 300 } }))
    await open(policies)
    const days = 12
    for (let day = 0; day < days; day++) {
      const id = await accepted(policies, `early${day}@example.org`)
      await ledger.record([hitOn(id, clock, policies), hitOn(id, clock, policies)])
      clock.passDays(1)
    }
    clock.passDays(40)
    const ids = await Promise.all([1, 2, 3, 4].map((each) => accepted(policies, `late${each}@example.org`)))
    let done = false
    const readers = ids.map(async (id) => {
      let [sent, recorded] = [0, 0]
      while (!done) {
        sent += 5
        recorded += (await ledger.record(Array.from({ length: 5 }, () => hitOn(id, clock, policies)))).recorded
      }
      return { sent, recorded }
    })
    const purged = await ledger.purge(clock.now(), { chunk: 100, dryRun: false }).finally(() => {
      done = true
    })
    expect(purged.find(({ what }) => what === 'events')?.count).toBe(days * 2)
    for (const { sent, recorded } of await Promise.all(readers)) expect(recorded).toBe(sent)
  })

  it('are found by their message and never read through, however many there are', { timeout: 120_000 }, async () => {
    const policies = bookOf(policyOf())
    await open(policies)
    const ids = await Promise.all([1, 2, 3, 4].map((each) => accepted(policies, `reader${each}@example.org`)))
    await ledger.record(ids.map((id) => hitOn(id, clock, policies)))
    const many = 30_000
    const client = new Client(url)
    await client.connect()
    // As replication writes: no message is asked for.
    await client.query(
      `SET search_path = days_${schema}; SET session_replication_role = replica;
       INSERT INTO events (id, message, kind, policy, expires_on, agent)
         SELECT uuid_send(gen_random_uuid()), uuid_send(gen_random_uuid()), kind, policy, expires_on, agent
         FROM (SELECT * FROM events LIMIT 1) AS one, generate_series(1, ${many});
       ANALYZE events`,
    )
    await client.end()
    const looks = async () => {
      const asking = new Client(url)
      await asking.connect()
      const { rows } = await asking.query<{ read: string; found: string }>(
        `SELECT sum(seq_tup_read) AS read, sum(idx_scan) AS found FROM pg_stat_user_tables
         WHERE schemaname = 'days_${schema}' AND relname LIKE 'events_%'`,
      )
      await asking.end()
      return { read: Number(rows[0]!.read), found: Number(rows[0]!.found) }
    }
    const before = await looks()
    // The server counts with a delay of up to a second.
    let after = before
    for (let tries = 0; tries < 50 && after.found === before.found; tries++) {
      await ledger.record(
        ids.flatMap((id) => [hitOn(id, clock, policies), hitOn(id, clock, policies, { kind: 'click', link: 1 })]),
      )
      await new Promise((resolve) => setTimeout(resolve, 300))
      after = await looks()
    }
    expect(after.found).toBeGreaterThan(before.found)
    expect(after.read - before.read).toBeLessThan(many)
  })

  it('are dropped once by several who purge at the same moment', { timeout: 120_000 }, async () => {
    const policies = bookOf(policyOf({ groups: { delivery: 300 } }))
    await open(policies)
    const days = 10
    for (let day = 0; day < days; day++) {
      await ledger.record([hitOn(await accepted(policies, `early${day}@example.org`), clock, policies)])
      clock.passDays(1)
    }
    clock.passDays(40)
    const all = await Promise.all([1, 2, 3].map(() => ledger.purge(clock.now(), { chunk: 100, dryRun: false })))
    const removed = all.flat().reduce((sum, { what, count }) => sum + (what === 'events' ? count : 0), 0)
    expect(removed).toBe(days)
  })

  it('are dropped without a deadlock with somebody who is about to read them', { timeout: 120_000 }, async () => {
    const policies = bookOf(policyOf({ groups: { delivery: 300 } }))
    await open(policies)
    await ledger.record([hitOn(await accepted(policies, 'mira@example.org'), clock, policies)])
    clock.passDays(40)
    const reader = new Client({ connectionString: url })
    await reader.connect()
    try {
      // As a statement that has come to the table and not yet to its partitions.
      await reader.query(`SET search_path = days_${schema}; BEGIN; LOCK TABLE ONLY events IN ACCESS SHARE MODE`)
      const purging = ledger.purge(clock.now(), { chunk: 100, dryRun: false })
      const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'events'::regclass`
      while ((await reader.query(waiting)).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      const { rows } = await reader.query<{ n: string }>('SELECT count(*) AS n FROM events')
      await reader.query('COMMIT')
      expect(rows).toEqual([{ n: '1' }])
      expect((await purging).find(({ what }) => what === 'events')?.count).toBe(1)
    } finally {
      await reader.end()
    }
  })

  it('go with their message, in whatever partition they lie', async () => {
    const policies = bookOf(policyOf({ groups: { delivery: 10 }, retentionDays: 30 }))
    await open(policies)
    const id = await accepted(policies, 'mira@example.org')
    await ledger.record([hitOn(id, clock, policies)])
    clock.passDays(2)
    await ledger.record([hitOn(id, clock, policies)])
    expect(await ledger.events(id)).toHaveLength(2)
    clock.passDays(10)
    await ledger.purge(clock.now(), { chunk: 100, dryRun: false })
    expect(await ledger.events(id)).toEqual([])
    // Nor are they kept for anybody who looks at the table.
    clock.passDays(100)
    const later = await ledger.purge(clock.now(), { chunk: 100, dryRun: false })
    expect(later.find(({ what }) => what === 'events')?.count).toBe(0)
  })

  it('know a hit again whose end was brought forward into another one', async () => {
    const policies = bookOf(policyOf())
    await open(policies)
    const id = await accepted(policies, 'mira@example.org')
    const hit = hitOn(id, clock, policies)
    await ledger.record([hit])
    policies.turn(policyOf({ number: 2, retentionDays: 3 }))
    await ledger.enforce(policies.inForce)
    await ledger.retighten(clock.now(), { chunk: 100 })
    expect(await ledger.record([hit])).toMatchObject({ recorded: 0 })
    expect(await ledger.events(id)).toHaveLength(1)
    clock.passDays(4)
    const purged = await ledger.purge(clock.now(), { chunk: 100, dryRun: false })
    expect(purged.find(({ what }) => what === 'events')?.count).toBe(1)
  })
})

it('ran on a PostgreSQL, or says that it did not', () => {
  expect(havePostgres || process.env.LETHE_REQUIRE_POSTGRES !== '1').toBe(true)
})
