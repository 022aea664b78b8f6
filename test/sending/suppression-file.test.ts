import { expect, it } from 'vitest'
import type { Address } from '../../src/base/index.ts'
import { newSuppressions } from '../../src/sending/index.ts'
import { bookOf, policyOf } from '../ledger/policies.ts'

const book = bookOf(policyOf())
const board = { stop: async () => {}, lift: async () => {} }

it.each(['csv', 'ndjson'] as const)(
  'a %s list is taken batch by batch: what was read and not yet taken stays small',
  async (format) => {
    const [chunks, perChunk] = [400, 100]
    let [given, taken, most] = [0, 0, 0]
    async function* source(): AsyncGenerator<Uint8Array> {
      if (format === 'csv') yield Buffer.from('id,Email Address\n')
      for (let chunk = 0; chunk < chunks; chunk++) {
        const lines = Array.from({ length: perChunk }, (_none, index) => {
          const email = `p${chunk * perChunk + index}@x.example`
          return format === 'csv' ? `${index},${email}\n` : `{"address":"${email}"}\n`
        })
        given += perChunk
        most = Math.max(most, given - taken)
        yield Buffer.from(lines.join(''))
      }
    }
    const seen = new Set<string>()
    const ledger = {
      suppressAll: async (addresses: readonly Address[]) => {
        taken += addresses.length
        for (const { normal } of addresses) seen.add(normal)
        return []
      },
      suppressionPage: async () => ({ entries: [], next: null }),
      liftSuppression: async () => ({ state: 'unknown' }) as const,
    }
    const suppressions = newSuppressions({ ledger, book, board, clock: { now: Date.now, shift: 0 } })
    const done = await suppressions.take(format, source(), null)
    expect(done).toEqual({ imported: chunks * perChunk, faulty: 0, faults: [] })
    expect(seen.size).toBe(chunks * perChunk)
    expect(most).toBeLessThanOrEqual(1_500)
  },
)
