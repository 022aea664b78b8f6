import Driver from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Folder, newFolder, openIn } from './folder.ts'
import { address, handClock } from './mail.ts'
import { bookOf, policyOf } from './policies.ts'

const clock = handClock()
const policies = bookOf(policyOf())
const mira = address('mira@example.org')
const asked = { at: '2026-03-01T00:00:00Z', source: 'form', wording: 'Write to me again.' } as const
let folder: Folder
beforeEach(() => {
  folder = newFolder()
})
afterEach(() => folder.remove())

const raw = (sql: string): void => {
  const db = new Driver(folder.store)
  db.exec(sql)
  db.close()
}

async function finding(): Promise<unknown> {
  const ledger = await openIn(folder, { policies, clock })
  const found = (await ledger.audit(policies.inForce, clock.now())).find(({ check }) => check === 'store.marks')
  await ledger.close()
  return found?.result
}

it('entries from before there were marks are marked at the next start, once, and keep everybody silent', async () => {
  const before = await openIn(folder, { policies, clock })
  await before.suppress(mira, null)
  await before.suppress(address('noah@example.org'), 'campaign')
  await before.close()
  raw("UPDATE suppressions SET mark = NULL; DELETE FROM meta WHERE name = 'suppressions_marked'")
  const ledger = await openIn(folder, { policies, clock })
  expect((await ledger.standings([mira]))[0]!.suppressed).toBe(true)
  // Who left that no, an erasure or a click, nobody knows any more: it is for its person to lift.
  expect(await ledger.liftSuppression(mira, null, asked)).toEqual({ state: 'person' })
  expect(await ledger.liftSuppression(address('noah@example.org'), 'campaign', asked)).toMatchObject({
    state: 'lifted',
  })
  await ledger.close()
  expect(await finding()).toBe('proved')
  raw('UPDATE suppressions SET mark = NULL')
  expect(await finding(), 'a second time it is a finding').toBe('violated')
})

it('an entry whose mark was changed still keeps silent, and nobody’s word lifts it', async () => {
  const before = await openIn(folder, { policies, clock })
  await before.suppress(mira, null)
  await before.close()
  raw('UPDATE suppressions SET mark = randomblob(16)')
  const ledger = await openIn(folder, { policies, clock })
  expect(await ledger.liftSuppression(mira, null, asked)).toEqual({ state: 'nobody' })
  expect((await ledger.standings([mira]))[0]!.suppressed).toBe(true)
  await ledger.close()
})
