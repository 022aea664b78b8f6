import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newLog, realClock } from '../../src/base/index.ts'
import { newKeyRing } from '../../src/gate/index.ts'
import { newBook } from '../../src/main/book.ts'
import { newLearning } from '../../src/main/edge/policies.ts'
import { markOf, pinNames, sealed } from '../../src/main/policy-board.ts'
import { loadPolicy, type Policy } from '../../src/policy/index.ts'
import { operatorKey } from '../ledger/folder.ts'

const [wide, narrow] = [loadPolicy('mail-marketer'), loadPolicy('strict')]
const ring = newKeyRing([operatorKey()])
const copy = (): string => join(mkdtempSync(join(tmpdir(), 'lethe-edge-')), 'policies')

/** What the processes with the store pin while `policies` came into force one after the other. */
function pins(...policies: readonly Policy[]) {
  const inForce = policies.at(-1)!
  const sources = [...new Set(policies)].map(({ number, source }) => ({ number, source }))
  const text = JSON.stringify({ inForce: inForce.number, turn: policies.length, sources, waiting: null })
  return new Map<string, string>([
    [pinNames.sheet, sealed(ring, text)],
    [pinNames.mark, sealed(ring, markOf(text))],
  ])
}

function tracker(at = copy()) {
  const book = newBook(narrow)
  const lines: string[] = []
  const log = newLog((line) => void lines.push(line), realClock)
  const learning = newLearning({ book, ring, log, copy: at })
  const look = (pinned: ReadonlyMap<string, string>) =>
    learning.look({ pinned: async (name) => pinned.get(name) ?? null })
  return { book, learning, look, lines }
}

describe('a tracker without a store', () => {
  it('takes no older policies for the newest ones, also when they carry our seal, and records nothing meanwhile', async () => {
    const { book, learning, look, lines } = tracker()
    await look(pins(wide))
    expect([learning.state, book.inForce.name]).toEqual(['ok', wide.name])
    await look(pins(wide, narrow))
    expect([learning.state, book.inForce.name]).toEqual(['ok', narrow.name])
    await look(pins(wide))
    expect([learning.state, book.inForce.name]).toEqual(['policies_older', narrow.name])
    expect(lines.join()).toContain('"code":"policies_older"')
    await look(pins(wide, narrow))
    expect(learning.state).toBe('ok')
  })

  it('knows them for older where a policy came back into force', async () => {
    const { book, learning, look } = tracker()
    await look(pins(narrow, wide, narrow))
    await look(pins(narrow, wide))
    expect([learning.state, book.inForce.name]).toEqual(['policies_older', narrow.name])
  })

  it('remembers that over a restart', async () => {
    const at = copy()
    await tracker(at).look(pins(wide, narrow))
    const again = tracker(at)
    again.learning.recall()
    await again.look(pins(wide))
    expect([again.learning.state, again.book.inForce.name]).toEqual(['policies_older', narrow.name])
  })

  it('believes nothing under a seal that is not ours', async () => {
    const { book, learning, look } = tracker()
    const forged = new Map([...pins(wide)].map(([name, text]) => [name, `${'A'.repeat(43)} ${text.split(' ', 2)[1]}`]))
    await look(forged)
    expect([learning.state, book.inForce.name]).toEqual(['policies_foreign', narrow.name])
  })
})
