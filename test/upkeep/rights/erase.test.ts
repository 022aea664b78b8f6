import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault, newLog, realClock } from '../../../src/base/index.ts'
import { type Ledger, openSqliteLedger } from '../../../src/ledger/index.ts'
import { newRights, newSigner } from '../../../src/upkeep/index.ts'
import { operatorKey } from '../../ledger/folder.ts'
import { address, permit, requestTo } from '../../ledger/mail.ts'
import { bookOf, policyOf } from '../../ledger/policies.ts'

let folder = ''
const mira = address('mira@example.org')
const book = bookOf(policyOf())
let ledger: Ledger
let away = false
let state: 'done' | 'refused' = 'done'
const told: string[] = []

const engine = async <T>(answer: T): Promise<T> => {
  if (away) throw new Fault('queue_away', 'The queue is away.', 'Wait.')
  return answer
}
const queue = {
  board: {
    stop: async (entries: readonly { readonly handle: string }[]) =>
      void told.push(...(await engine(entries)).map(({ handle }) => handle)),
    lift: () => engine(undefined),
  },
  clean: () => engine(0),
  forget: () => engine(state),
}
const open = async () => {
  ledger = await openSqliteLedger({
    ...{ path: join(folder, 'lethe.db'), keysPath: join(folder, 'keys.db'), epochsPath: join(folder, 'epochs') },
    ...{ operatorKeys: [operatorKey()], policies: book, clock: realClock },
  })
  await ledger.enforce(book.inForce)
  return rightsOver(ledger)
}
const rightsOver = (over: Ledger) =>
  newRights({
    epochMillis: 604_800_000,
    ledger: over,
    book,
    log: newLog(() => {}, realClock),
    queue,
    clock: realClock,
    signer: newSigner([operatorKey()]),
  })

let rights: Awaited<ReturnType<typeof open>>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lethe-erase-'))
  rights = await open()
  away = false
  state = 'done'
  told.length = 0
})
afterEach(async () => {
  await ledger.close()
  rmSync(folder, { recursive: true, force: true })
})

const send = async () => {
  const [accepted] = await ledger.accept([permit(requestTo(mira.text, realClock), book.inForce)])
  return accepted!.handle!
}

describe('an erasure', () => {
  it('takes the data also while the queue is away, says so, and tells the trackers when it is back', async () => {
    const handle = await send()
    away = true
    await expect(rights.erase(mira)).rejects.toMatchObject({ code: 'queue_away' })
    expect(await ledger.fingerprints(mira)).toEqual([])
    expect(await ledger.erasures()).toMatchObject([{ handle, toldAt: null, removed: 2 }])
    away = false
    await rights.finishErasures()
    expect(told).toEqual([handle])
    expect(await rights.cases.open()).toEqual([])
  })

  it('names what the server of the queue would not let us rewrite', async () => {
    await send()
    state = 'refused'
    const { case: id, receipt } = await rights.erase(mira)
    expect(receipt.lines.map(({ code }) => code)).toEqual(['suppressed', 'stopped', 'rows_removed', 'keys_destroyed'])
    await rights.finishErasures()
    const done = (await rights.cases.one(id))!.receipt!
    expect(done.lines.at(-1)).toMatchObject({ code: 'queue_residue_refused' })
    expect(done.remains.map(({ code }) => code)).toContain('queue_log')
  })

  it('waits with its residue for a reader of the store, and finishes after it', async () => {
    await send()
    const { default: Driver } = await import('better-sqlite3')
    const reader = new Driver(join(folder, 'lethe.db'), { readonly: true })
    reader.exec('BEGIN; SELECT count(*) FROM messages')
    const { case: id } = await rights.erase(mira)
    await rights.finishErasures()
    expect((await rights.cases.one(id))!.status).toBe('residue')
    reader.close()
    await rights.finishErasures()
    expect((await rights.cases.one(id))!.status).toBe('done')
  })

  it('asked for twice at the same time is one, and both get its case', async () => {
    await send()
    const [one, other] = await Promise.all([rights.erase(mira), rights.erase(mira)])
    expect([one.outcome, other.outcome].sort()).toEqual(expect.arrayContaining(['erased']))
    await rights.finishErasures()
    expect(await ledger.erasures()).toEqual([])
    expect((await rights.erase(mira)).outcome).toBe('nothing_held')
  })

  it.each(['noteErasure', 'eraseSubject', 'note', 'closeCase'] as const)(
    'that another process ends before our %s has that one answer, and stays done',
    async (verb) => {
      await send()
      const slow = new Proxy(ledger, {
        get: (real, name) => {
          if (name !== verb) return Reflect.get(real, name)
          return async (...given: readonly unknown[]) => {
            await rights.finishErasures()
            return Reflect.apply(Reflect.get(real, name), real, given)
          }
        },
      })
      const { case: id, outcome } = await rightsOver(slow).erase(mira)
      expect(outcome).toBe('erased')
      expect((await rights.cases.one(id))!.status).toBe('done')
      expect(await ledger.erasures()).toEqual([])
      expect(await rights.cases.open()).toEqual([])
    },
  )
})
