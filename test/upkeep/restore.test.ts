import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newLog } from '../../src/base/index.ts'
import { openSqliteLedger } from '../../src/ledger/index.ts'
import { newRestoreCheck, newRights, newSigner } from '../../src/upkeep/index.ts'
import { operatorKey } from '../ledger/folder.ts'
import { address, consentTo, handClock, permit, requestTo } from '../ledger/mail.ts'
import { bookOf, policyOf } from '../ledger/policies.ts'

const [mira, noah] = [address('mira@example.org'), address('noah@example.org')]
const clock = handClock()
let folder = ''
let house: Awaited<ReturnType<typeof open>>

/** The data in one folder, and what an operator keeps apart from it in another. */
async function open() {
  const book = bookOf(policyOf())
  const at = { path: join(folder, 'data/lethe.db'), keysPath: join(folder, 'data/keys.db') }
  const ledger = await openSqliteLedger({
    ...{ ...at, epochsPath: join(folder, 'apart/epochs'), operatorKeys: [operatorKey()], policies: book, clock },
  })
  await ledger.enforce(book.inForce)
  const told: string[] = []
  const board = {
    stop: async (entries: readonly { readonly handle: string }[]) =>
      void told.push(...entries.map((each) => each.handle)),
    lift: async () => {},
  }
  const rights = newRights({
    ...{
      ledger,
      book,
      clock,
      epochMillis: 604_800_000,
      log: newLog(() => {}, clock),
      signer: newSigner([operatorKey()]),
    },
    queue: { board, clean: async () => 0, forget: async () => 'done' as const },
  })
  const purge = async () => {
    const purged = await ledger.purge(clock.now(), { chunk: 100, dryRun: false })
    return purged.reduce((sum, { count }) => sum + count, 0)
  }
  const check = newRestoreCheck({ ledger, rights, purge, listApart: true })
  const send = async (email: string) => {
    const [accepted] = await ledger.accept([permit(requestTo(email, clock), book.inForce)])
    await ledger.recordConsent(address(email), consentTo('insight', 'granted', clock.now()))
    return accepted!.handle!
  }
  const finding = async (name: string) => {
    const findings = await ledger.audit(book.inForce, clock.now())
    return findings.find(({ check: each }) => each === name)!
  }
  return { book, ledger, rights, check, send, finding, told }
}

const restart = async (): Promise<void> => {
  await house.ledger.close()
  house = await open()
}
/** What `during` does is lost again: the data is put back as it was before, the rest is not. */
async function restoredAfter(during: () => Promise<unknown>, names = ['lethe.db', 'keys.db']): Promise<void> {
  await house.ledger.close()
  const backup = join(folder, 'backup')
  cpSync(join(folder, 'data'), backup, { recursive: true })
  house = await open()
  await during()
  await house.ledger.close()
  for (const name of names) {
    for (const end of ['', '-wal', '-shm']) rmSync(join(folder, 'data', `${name}${end}`), { force: true })
    cpSync(join(backup, name), join(folder, 'data', name))
  }
  house = await open()
}
const erase = async (): Promise<void> => {
  await house.rights.erase(mira)
  await house.rights.finishErasures()
}

beforeEach(async () => {
  clock.reset()
  folder = mkdtempSync(join(tmpdir(), 'lethe-restore-'))
  for (const name of ['data', 'apart'])
    cpSync(mkdtempSync(join(tmpdir(), 'lethe-empty-')), join(folder, name), { recursive: true })
  house = await open()
  await house.send(mira.text)
  await house.send(noah.text)
})
afterEach(async () => {
  await house.ledger.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a store that is put back from a backup of before an erasure', () => {
  it('knows the erased again, and forgets them before it serves; the others lose nothing', async () => {
    const theirs = await house.ledger.held(noah)
    await restoredAfter(erase)
    expect((await house.ledger.held(mira))!.messages).toHaveLength(1)
    expect(await house.ledger.restored()).toMatchObject({ erasures: 1 })
    expect(await house.finding('store.erasures')).toMatchObject({ result: 'violated' })
    await expect(house.check.pass()).rejects.toMatchObject({ code: 'store_restored' })
    await house.check.run('command', 'the disk broke')
    await house.check.pass()
    expect(Object.keys((await house.ledger.held(mira))!)).toEqual(['suppressions'])
    expect(await house.ledger.fingerprints(mira)).toEqual([])
    expect(await house.ledger.held(noah)).toEqual(theirs)
    expect((await house.ledger.standings([mira]))[0]).toMatchObject({ suppressed: true })
    expect(house.told).toHaveLength(1)
    expect(await house.finding('store.erasures')).toMatchObject({ result: 'proved' })
    expect(await house.finding('store.keys')).toMatchObject({ result: 'proved' })
  })

  it('says what it did, and is served once somebody says that they know', async () => {
    await restoredAfter(async () => {
      await erase()
      clock.passDays(70)
    })
    const found = await house.check.run('command', null)
    expect(found).toMatchObject({ state: 'behind', erasures: { listed: 1, again: 0 }, apart: true })
    expect(found.lost!.to).toBeGreaterThanOrEqual(found.lost!.from)
    expect(await house.finding('audit log is whole')).toMatchObject({ result: 'violated' })
    await expect(house.check.pass()).rejects.toMatchObject({ code: 'store_restored' })

    const known = await house.check.run('command', 'the disk of the first machine broke')
    expect(known).toMatchObject({ state: 'acknowledged', lost: found.lost, erasures: { listed: 1, again: 1 } })
    expect(known.purged, 'what had ended since the backup').toBeGreaterThan(0)
    expect(await house.rights.cases.one(known.erasures.cases[0]!)).toMatchObject({ right: 'erase', status: 'done' })
    await house.check.pass()
    expect(await house.finding('audit log is whole')).toMatchObject({
      ...{ result: 'proved', detail: expect.stringContaining('the disk of the first machine broke') },
    })
    await house.ledger.note({ actor: 'bootstrap', action: 'x' })
    await restart()
    await house.check.pass()
    expect(await house.finding('audit log is whole')).toMatchObject({ result: 'proved' })
    expect(await house.check.look()).toMatchObject({ state: 'in_step', lost: null })
  })

  it('gives no number of its log twice', async () => {
    let before = 0
    await restoredAfter(async () => {
      await erase()
      before = (await house.ledger.logHead())!.sequence
    })
    await house.check.run('command', 'tried the backup')
    const entries = await house.ledger.logEntries(0, 1000)
    const lost = entries.find(({ action }) => action === 'restore_acknowledged')!
    expect(lost.sequence).toBeGreaterThan(before)
    expect(lost.object).toBe(`${entries[entries.indexOf(lost) - 1]!.sequence + 1}-${lost.sequence - 1}`)
  })

  it('destroys the keys again where the key store alone is older', async () => {
    await restoredAfter(erase, ['keys.db'])
    expect(await house.finding('store.keys')).toMatchObject({ result: 'violated' })
    expect(await house.ledger.restored()).toEqual({ log: null, erasures: 1 })
    await house.check.pass()
    expect(await house.finding('store.keys')).toMatchObject({ result: 'proved' })
    expect(await house.ledger.restored()).toEqual({ log: null, erasures: 0 })
  })

  it('silences also an address of which nothing was held, and one that the backup did not know yet', async () => {
    const late = address('late@example.org')
    const stranger = address('stranger@example.org')
    await restoredAfter(async () => {
      await house.send(late.text)
      await house.rights.erase(late)
      await house.rights.erase(stranger)
    })
    expect(await house.check.run('command', 'moved to a new machine')).toMatchObject({
      erasures: { listed: 2, again: 0 },
    })
    const standings = await house.ledger.standings([late, stranger, noah])
    expect(standings.map(({ suppressed }) => suppressed)).toEqual([true, true, false])
  })

  it('can be told in plain words only, and nothing is acknowledged that did not happen', async () => {
    await expect(house.check.run('command', 'no reason at all')).rejects.toMatchObject({ code: 'restore_unknown' })
    await restoredAfter(erase)
    await expect(house.check.run('command', 'mira@example.org asked')).rejects.toMatchObject({
      code: 'log_entry_invalid',
    })
    expect((await house.check.look()).state).toBe('behind')
  })

  it('goes on where a crash left the list ahead of the store: the erasure that was asked for is done', async () => {
    // As a kill between the line and its transaction leaves it: the line is there, the store knows nothing of it.
    await restoredAfter(async () => {
      await house.ledger.beginErasure(mira, {
        id: 'AAAAAAAAAAAAAAAAAAAAAA',
        right: 'erase',
        openedAt: clock.now(),
        dueAt: 0,
      })
    })
    await house.check.pass()
    expect(Object.keys((await house.ledger.held(mira))!)).toEqual(['suppressions'])
  })
})

describe('the list of erasures', () => {
  it('holds no name, no address and no number that stands for somebody', async () => {
    const { handle } = (await house.ledger.held(mira))!.subjects![0]!
    const prints = await house.ledger.fingerprints(mira)
    await erase()
    const { readFileSync } = await import('node:fs')
    const text = readFileSync(join(folder, 'apart/erased'), 'latin1')
    expect(text.split('\n')).toHaveLength(2)
    for (const each of [
      mira.text,
      String(handle),
      Buffer.from(String(handle), 'base64url').toString('hex'),
      ...prints,
    ]) {
      expect(text).not.toContain(each)
    }
  })

  it('takes no line that nobody here wrote, and shows one that was damaged or taken out', async () => {
    const { readFileSync, writeFileSync } = await import('node:fs')
    const path = join(folder, 'apart/erased')
    await erase()
    const whole = readFileSync(path, 'latin1')
    writeFileSync(path, `${whole}2 20000 erase ${'ab'.repeat(32)} ${'cd'.repeat(32)} ${'ef'.repeat(32)}\n`)
    expect(await house.ledger.restored()).toMatchObject({ erasures: 0 })
    expect(await house.finding('store.erasures')).toMatchObject({
      detail: expect.stringContaining('1 lines of the list are damaged'),
    })
    writeFileSync(path, '')
    expect(await house.finding('store.erasures')).toMatchObject({
      detail: expect.stringContaining('the list ends at 0'),
    })
    writeFileSync(path, `${whole}2 20000 era`)
    await house.rights.erase(noah)
    expect(readFileSync(path, 'latin1').split('\n')).toHaveLength(3)
    expect(await house.finding('store.erasures')).toMatchObject({ result: 'proved' })
  })
})
