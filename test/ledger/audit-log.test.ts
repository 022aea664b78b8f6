import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Driver from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ledger } from '../../src/ledger/index.ts'
import { type Folder, newFolder, openIn } from './folder.ts'
import { handClock } from './mail.ts'
import { bookOf, policyOf } from './policies.ts'

describe('the audit log', () => {
  const clock = handClock()
  const policies = bookOf(policyOf())
  let folder: Folder
  let ledger: Ledger
  const head = () => join(folder.path, 'audit-head')
  const write = (...sql: readonly string[]) => {
    const db = new Driver(folder.store)
    for (const each of sql) db.exec(each)
    db.close()
  }
  const finding = async () =>
    (await ledger.audit(policies.inForce, clock.now())).find(({ check }) => check === 'audit log is whole')
  const reopen = async () => {
    await ledger.close()
    ledger = await openIn(folder, { policies, clock })
  }

  beforeEach(async () => {
    folder = newFolder()
    ledger = await openIn(folder, { policies, clock })
    await ledger.enforce(policies.inForce)
    for (const object of ['one', 'two', 'three', 'four']) await ledger.note({ actor: 'bootstrap', action: 'x', object })
  })
  afterEach(async () => {
    await ledger.close()
    folder.remove()
  })

  it('is whole after daily use and after a restart', async () => {
    await reopen()
    const last = await ledger.note({ actor: 'bootstrap', action: 'POST /v1/purge' })
    expect(last.sequence).toBe(6)
    expect(await ledger.logHead()).toEqual(last)
    expect(await finding()).toMatchObject({ result: 'proved', detail: expect.stringContaining('6 entries') })
  })

  it.each([
    ['a changed actor', ["UPDATE audit_log SET actor = 'nobody' WHERE sequence = 3"]],
    ['a changed instant', ['UPDATE audit_log SET at = at + 1 WHERE sequence = 2']],
    [
      'a flipped bit of a hash',
      ["UPDATE audit_log SET hash = CAST(x'00' || substr(hash, 2) AS BLOB) WHERE sequence = 3"],
    ],
    ['a hash of another type', ['UPDATE audit_log SET hash = hex(hash) WHERE sequence = 5']],
    ['a dropped entry', ['DELETE FROM audit_log WHERE sequence = 3']],
    [
      'a dropped entry whose gap is closed',
      ['DELETE FROM audit_log WHERE sequence = 3', 'UPDATE audit_log SET sequence = sequence - 1 WHERE sequence > 3'],
    ],
    ['the first entry dropped', ['DELETE FROM audit_log WHERE sequence = 1']],
    [
      'two entries in another order',
      [
        'UPDATE audit_log SET sequence = 99 WHERE sequence = 2',
        'UPDATE audit_log SET sequence = 2 WHERE sequence = 3',
        'UPDATE audit_log SET sequence = 3 WHERE sequence = 99',
      ],
    ],
    [
      'a repeated entry',
      ['INSERT INTO audit_log SELECT 6, at, actor, action, object, reason, hash FROM audit_log WHERE sequence = 5'],
    ],
    ['the last entry cut off', ['DELETE FROM audit_log WHERE sequence = 5']],
    ['everything cut off', ['DELETE FROM audit_log']],
  ] as const)('finds %s', async (_what, sql) => {
    write(...sql)
    expect(await finding()).toMatchObject({ result: 'violated' })
  })

  it('finds a cut-off end whose anchor was removed, forged or taken from before', async () => {
    const before = readFileSync(head(), 'utf8')
    await ledger.note({ actor: 'bootstrap', action: 'x' })
    write('DELETE FROM audit_log WHERE sequence = 6')
    const [sequence, hash, signature] = before.trim().split(' ')
    rmSync(head())
    expect(await finding()).toMatchObject({ result: 'violated', detail: expect.stringContaining('anchor_missing') })
    writeFileSync(head(), `4 ${hash} ${signature}\n`)
    expect(await finding()).toMatchObject({ result: 'violated', detail: expect.stringContaining('anchor_forged') })
    // The one way that is left is to put back both: the head on a receipt that somebody holds still tells.
    writeFileSync(head(), before)
    expect(await finding()).toMatchObject({ result: 'proved' })
    expect((await ledger.logHead())!.sequence).toBe(Number(sequence))
  })

  it('says itself that its end was cut off, once it goes on after a restart', async () => {
    write('DELETE FROM audit_log WHERE sequence = 5')
    await reopen()
    await ledger.note({ actor: 'lethe', action: 'started' })
    expect(await finding()).toMatchObject({ result: 'violated', detail: expect.stringContaining('cut_off') })
  })

  it('takes an entry whose anchor a crash prevented for what it is', async () => {
    const before = readFileSync(head(), 'utf8')
    await ledger.note({ actor: 'bootstrap', action: 'x' })
    writeFileSync(head(), before)
    expect(await finding()).toMatchObject({ result: 'proved' })
    await reopen()
    await ledger.note({ actor: 'bootstrap', action: 'x' })
    expect(await finding()).toMatchObject({ result: 'proved' })
  })

  it('has no room for anything that names a person', async () => {
    const notes = [
      { actor: 'bootstrap', action: 'x', object: 'mira@example.org' },
      { actor: 'mira@example.org', action: 'x' },
      { actor: 'bootstrap', action: 'GET https://example.org' },
      { actor: 'bootstrap', action: 'x', reason: 'court order about mira@example.org' },
      { actor: 'bootstrap', action: 'x', reason: 'seen at 192.0.2.7' },
    ]
    for (const note of notes) await expect(ledger.note(note)).rejects.toMatchObject({ code: 'log_entry_invalid' })
    await ledger.note({ actor: 'bootstrap', action: 'x', reason: 'court order 12/2026' })
    expect(existsSync(head())).toBe(true)
  })

  it('notes a change of policy once, in the same transaction', async () => {
    await ledger.enforce(policies.inForce)
    expect((await ledger.logHead())!.sequence).toBe(5)
    await ledger.enforce(policyOf({ number: 2 }))
    expect((await ledger.logHead())!.sequence).toBe(6)
  })
})
