import { copyFileSync, readFileSync } from 'node:fs'
import Driver from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ledger } from '../../src/ledger/index.ts'
import { type Folder, newFolder, openIn, operatorKey } from './folder.ts'
import { handClock, permit, requestTo } from './mail.ts'
import { bookOf, policyOf } from './policies.ts'

describe('a rotation', () => {
  const clock = handClock()
  const policies = bookOf(policyOf())
  const [old, fresh] = [operatorKey('old', 7), operatorKey('fresh', 9)]
  let folder: Folder
  let ledger: Ledger
  const reopen = async (operatorKeys = [old]) => {
    await ledger.close()
    ledger = await openIn(folder, { policies, clock, operatorKeys })
  }
  const accept = async (to: string) => {
    const request = requestTo(to, clock)
    await ledger.accept([permit(request, policies.inForce)])
    return request.id
  }
  const opened = async (ids: readonly string[]) =>
    (await ledger.claim(ids, clock.now(), clock.now() + 60_000)).map(({ to }) => to)
  const inKeys = <T>(work: (db: Driver.Database) => T): T => {
    const db = new Driver(folder.keys)
    try {
      return work(db)
    } finally {
      db.close()
    }
  }
  const epochsInUse = () =>
    inKeys((db) => db.prepare('SELECT epoch FROM subject_keys UNION SELECT epoch FROM content_keys').pluck().all())

  beforeEach(async () => {
    folder = newFolder()
    ledger = await openIn(folder, { policies, clock, operatorKeys: [old] })
    await ledger.enforce(policies.inForce)
  })
  afterEach(async () => {
    await ledger.close()
    folder.remove()
  })

  it('wraps every key anew, and what was sealed before opens as ever', async () => {
    const ids = [await accept('a@example.org'), await accept('b@example.org')]
    expect(await ledger.rewrap({ renew: true })).toMatchObject({ number: 2, older: 0, rewrapped: 4 })
    expect(epochsInUse()).toEqual([2])
    await reopen()
    expect(await opened(ids)).toEqual(['a@example.org', 'b@example.org'])
  })

  it('makes old copies of the key store worthless, whatever other keys are at hand', async () => {
    const id = await accept('a@example.org')
    await ledger.tidy()
    const copy = `${folder.keys}.backup`
    copyFileSync(folder.keys, copy)
    await ledger.rewrap({ renew: true })
    await ledger.close()
    copyFileSync(copy, folder.keys)
    ledger = await openIn(folder, { policies, clock, operatorKeys: [old] })
    expect(await opened([id])).toEqual([])
    expect(await ledger.message(id)).toMatchObject({ reason: 'keys_wrong' })
  })

  it('that was interrupted leaves everything readable, and goes on after the restart', async () => {
    const ids = [await accept('a@example.org'), await accept('b@example.org')]
    inKeys((db) =>
      db.exec("CREATE TRIGGER crash BEFORE UPDATE ON content_keys BEGIN SELECT RAISE(ABORT, 'crash'); END"),
    )
    await expect(ledger.rewrap({ renew: true })).rejects.toThrow()
    inKeys((db) => db.exec('DROP TRIGGER crash'))
    expect(epochsInUse()).toEqual([1, 2])
    await reopen()
    expect(await ledger.epoch()).toMatchObject({ number: 2, older: 1 })
    const late = await accept('c@example.org')
    expect(await ledger.rewrap({ renew: false })).toMatchObject({ number: 2, older: 0, rewrapped: 2 })
    expect(epochsInUse()).toEqual([2])
    await reopen()
    expect(await opened([...ids, late])).toEqual(['a@example.org', 'b@example.org', 'c@example.org'])
  })

  it('goes on beside daily work', async () => {
    const before: string[] = []
    for (let n = 0; n < 1100; n++) before.push(await accept(`p${n}@example.org`))
    const running = ledger.rewrap({ renew: true })
    const during = [await accept('x@example.org'), await accept('y@example.org')]
    expect((await running).rewrapped).toBeGreaterThanOrEqual(2200)
    expect(epochsInUse()).toEqual([2])
    expect(await opened([before[0]!, before[1099]!, ...during])).toHaveLength(4)
  })

  it('to another operator key makes the old one superfluous for the store, and begins an epoch by itself', async () => {
    const id = await accept('a@example.org')
    await reopen([fresh, old])
    expect(await ledger.rewrap({ renew: false })).toMatchObject({ number: 2, older: 0 })
    await reopen([fresh])
    expect(await opened([id])).toEqual(['a@example.org'])
    expect(readFileSync(folder.epochs, 'utf8')).not.toContain('"old"')
    await expect(reopen([old])).rejects.toMatchObject({ code: 'keys_wrong' })
    ledger = await openIn(folder, { policies, clock, operatorKeys: [fresh] })
  })

  it('with nothing to do does nothing', async () => {
    await accept('a@example.org')
    expect(await ledger.rewrap({ renew: false })).toMatchObject({ number: 1, rewrapped: 0 })
  })

  it('two at once come one after the other', async () => {
    const id = await accept('a@example.org')
    await Promise.all([ledger.rewrap({ renew: true }), ledger.rewrap({ renew: true })])
    expect(await ledger.epoch()).toMatchObject({ number: 3, older: 0 })
    await reopen()
    expect(await opened([id])).toEqual(['a@example.org'])
  })
})
