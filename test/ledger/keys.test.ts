import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import Driver from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ledger } from '../../src/ledger/index.ts'
import { type Folder, newFolder, openIn, operatorKey } from './folder.ts'
import { handClock, permit, requestTo } from './mail.ts'
import { bookOf, policyOf } from './policies.ts'

describe('the keys', () => {
  const clock = handClock()
  const policies = bookOf(policyOf())
  const spare: Folder[] = []
  let folder: Folder
  let ledger: Ledger
  const reopen = async (operatorKeys = [operatorKey()]) => {
    await ledger.close()
    ledger = await openIn(folder, { policies, clock, operatorKeys })
  }
  const accept = async (to: string) => {
    const request = requestTo(to, clock)
    await ledger.accept([permit(request, policies.inForce)])
    return request.id
  }
  const claim = async (id: string) => (await ledger.claim([id], clock.now(), clock.now() + 60_000))[0]
  const write = (sql: string, path = folder.store) => {
    const db = new Driver(path)
    db.exec(sql)
    db.close()
  }
  const finding = async (check: string) =>
    (await ledger.audit(policies.inForce, clock.now())).find((each) => each.check === check)

  beforeEach(async () => {
    folder = newFolder()
    ledger = await openIn(folder, { policies, clock })
    await ledger.enforce(policies.inForce)
  })
  afterEach(async () => {
    await ledger.close().catch(() => {})
    for (const each of [folder, ...spare.splice(0)]) each.remove()
  })

  it('open what they sealed after a restart', async () => {
    const id = await accept('mira@example.org')
    await reopen()
    expect(await claim(id)).toMatchObject({ to: 'mira@example.org' })
  })

  it('open under an operator key that is no longer the first', async () => {
    const id = await accept('mira@example.org')
    await reopen([operatorKey('b', 9), operatorKey()])
    expect(await claim(id)).toMatchObject({ to: 'mira@example.org' })
  })

  it('are missed at the start, in a clear sentence, when the operator key is another or lost', async () => {
    await expect(reopen([operatorKey('a', 8)])).rejects.toMatchObject({ code: 'keys_wrong' })
    await expect(openIn(folder, { policies, clock, operatorKeys: [operatorKey('b', 7)] })).rejects.toMatchObject({
      code: 'keys_wrong',
    })
  })

  it('are missed at the start when the epoch file is gone', async () => {
    await ledger.close()
    rmSync(folder.epochs)
    await expect(openIn(folder, { policies, clock })).rejects.toMatchObject({ code: 'keys_wrong' })
    expect(existsSync(folder.epochs)).toBe(false)
  })

  it('of another store are not taken for these, and a lost key store is not made anew', async () => {
    const other = newFolder()
    spare.push(other)
    await (await openIn(other, { policies, clock })).close()
    await ledger.close()
    renameSync(other.keys, folder.keys)
    await expect(openIn(folder, { policies, clock })).rejects.toMatchObject({ code: 'keys_wrong' })
    rmSync(folder.keys)
    await expect(openIn(folder, { policies, clock })).rejects.toMatchObject({ code: 'keys_wrong' })
  })

  it('lie in files that nobody else can read', () => {
    for (const path of [folder.store, folder.keys, folder.epochs]) expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('turn a flipped byte into a failure of that message alone, and the audit names the column', async () => {
    const [broken, sound] = [await accept('a@example.org'), await accept('b@example.org')]
    const row = Buffer.from(broken, 'base64url')
    const db = new Driver(folder.store)
    const content = db.prepare<[Buffer], Buffer>('SELECT content FROM messages WHERE id = ?').pluck().get(row)!
    content[30]! ^= 1
    db.prepare('UPDATE messages SET content = ? WHERE id = ?').run(content, row)
    db.close()
    expect(await finding('store.seals')).toMatchObject({ result: 'violated' })
    const claimed = await ledger.claim([broken, sound], clock.now(), clock.now() + 60_000)
    expect(claimed.map(({ id }) => id)).toEqual([sound])
    expect(await ledger.message(broken)).toMatchObject({ status: 'failed', reason: 'seal_broken' })
  })

  it('do not open a value that was moved to another row', async () => {
    const [a, b] = [await accept('a@example.org'), await accept('b@example.org')]
    const hex = (id: string) => `x'${Buffer.from(id, 'base64url').toString('hex')}'`
    write(`UPDATE messages SET content = (SELECT content FROM messages WHERE id = ${hex(a)}) WHERE id = ${hex(b)}`)
    expect(await claim(b)).toBeUndefined()
    expect((await ledger.message(b))!.reason).toBe('seal_broken')
  })

  it('without a row are found by the audit and swept by the purge', async () => {
    await accept('mira@example.org')
    write('DELETE FROM messages; DELETE FROM subjects')
    expect(await finding('store.keys')).toMatchObject({ result: 'violated' })
    const lines = await ledger.purge(clock.now(), { chunk: 10, dryRun: false })
    expect(lines.filter(({ what }) => what.startsWith('keys.')).map(({ count }) => count)).toEqual([1, 1])
    expect(await finding('store.keys')).toMatchObject({ result: 'proved' })
  })
})
