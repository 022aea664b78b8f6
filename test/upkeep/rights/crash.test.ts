import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageRoot, realClock } from '../../../src/base/index.ts'
import { findNeedles } from '../../journeys/needles.ts'
import { haveRedis, openRedis } from '../../journeys/redis.ts'
import { address, consentTo, hitOn, permit, requestTo } from '../../ledger/mail.ts'
import { openRights } from './open.ts'

/** Every step of an erasure, before it and after it, and moments inside the one that removes. */
const points = [
  ...['after ledger.beginErasure', 'before board.stop', 'after board.stop', 'after ledger.noteErasure'],
  // Rows go by the first ten statements, in one transaction; then two keys, each in its own.
  ...['write 1', 'write 5', 'write 8', 'write 9', 'after ledger.eraseSubject', 'after ledger.closeCase'],
  ...['before ledger.tidy', 'after ledger.tidy', 'after queue.clean', 'after queue.forget'],
  ...['before ledger.endErasure', 'after ledger.endErasure'],
]

const folder = mkdtempSync(join(tmpdir(), 'lethe-crash-'))
const name = (index: number): string => `dies${index}@example.org`
const stays = address('stays@example.org')
const driver = join(packageRoot(), 'test/upkeep/rights/dying.ts')
const prints: (readonly string[])[] = []
// A Redis of its own where there is one, because it opens in no time; else the embedded queue.
const redis = haveRedis ? await openRedis() : null
const queue = redis?.url ?? `pglite:${join(folder, 'queue')}`
const folders = redis ? [folder, redis.dir] : [folder]
let before: unknown
let theirs: readonly string[]

const seen = (of: readonly string[]): number => {
  const needles = of.map((each) => Buffer.from(each, 'hex'))
  return new Set(findNeedles(folders, needles).map((found) => found.split(' ')[0])).size
}

beforeAll(async () => {
  const { ledger, book, close } = await openRights(folder, queue)
  const clock = realClock
  for (const email of [...points.map((_, index) => name(index)), stays.text]) {
    const requests = [requestTo(email, clock), requestTo(email, clock)]
    const accepted = await ledger.accept(requests.map((each) => permit(each, book.inForce)))
    const [claimed] = await ledger.claim([accepted[0]!.id], clock.now(), clock.now() + 60_000)
    const { id, fence } = claimed!
    await ledger.settle([{ id, fence, status: 'sent', reason: null, subject: 'Hello', links: [] }], clock.now())
    await ledger.record([hitOn(id, clock, book)])
    await ledger.recordConsent(address(email), consentTo('insight', 'granted', clock.now()))
    const found = await ledger.fingerprints(address(email))
    if (email === stays.text) theirs = found
    else prints.push(found)
  }
  before = await ledger.held(stays)
  await close()
}, 240_000)
afterAll(() => {
  redis?.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('an erasure that is killed', () => {
  it.each(points.map((point, index) => [point, index] as const))(
    '%s goes on after the restart, and leaves nothing',
    async (point, index) => {
      expect(seen(prints[index]!), 'the search must see what is there').toBe(prints[index]!.length)
      const died = spawnSync(process.execPath, [driver, folder, queue, name(index), point], { encoding: 'utf8' })
      expect(died.signal, died.stdout + died.stderr).toBe('SIGKILL')

      const { ledger, rights, close } = await openRights(folder, queue)
      await rights.resumeErasures()
      expect(await ledger.fingerprints(address(name(index)))).toEqual([])
      await rights.finishErasures()
      expect(await ledger.erasures()).toEqual([])
      expect(await rights.cases.open()).toEqual([])
      expect(Object.keys((await ledger.held(address(name(index))))!)).toEqual(['suppressions'])
      expect(await ledger.held(stays)).toEqual(before)
      await close()
      expect(seen(prints[index]!)).toBe(0)
      expect(seen(theirs)).toBe(theirs.length)
    },
    60_000,
  )
})
