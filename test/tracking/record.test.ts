import { expect, test } from 'vitest'
import { dayOf } from '../../src/base/index.ts'
import { isPermittedEvent, type PermittedEvent, permitHit, type Wire } from '../../src/gate/index.ts'
import type { PolicyBook } from '../../src/policy/policy.ts'
import { recordBatch } from '../../src/tracking/index.ts'
import { startRecording } from '../../workers/record.ts'
import { bookOf, claimsOf, hitOf, noon, plainReaders, policy, rule } from '../gate/scene.ts'

const clock = { now: () => noon + 86_400_000, shift: 0 }

function wireUnder(book: PolicyBook, kind: 'open' | 'click'): Wire {
  const { permitted } = permitHit(hitOf(), kind, claimsOf(), book.inForce, book.all, plainReaders)
  if (!permitted) throw new Error('the scene permits its own hits')
  return JSON.parse(JSON.stringify(permitted.wire)) as Wire // as it comes out of the queue
}

function store() {
  const rows: PermittedEvent[] = []
  return {
    rows,
    record: async (events: readonly PermittedEvent[]) => {
      rows.push(...events)
      return { recorded: events.length - 1, refused: 1 }
    },
  }
}

test('a batch that waited in the queue is recorded as the policy of today permits', async () => {
  const before = bookOf(policy())
  const wires = [wireUnder(before, 'open'), wireUnder(before, 'click'), wireUnder(before, 'open')]
  const narrowed = policy({
    number: 8,
    events: {
      open: rule('open', { fields: new Map([['at', 'day']]), retentionDays: 3 }),
      click: rule('click', { mode: 'off' }),
    },
  })
  const ledger = store()
  const counts = await recordBatch({ ledger, book: bookOf(policy(), narrowed), clock })(wires)
  expect(ledger.rows.every(isPermittedEvent)).toBe(true)
  expect(ledger.rows.map(({ wire }) => wire[1])).toEqual(['open', 'open'])
  expect(ledger.rows.map(({ wire }) => wire[5])).toEqual([dayOf(noon) + 4, dayOf(noon) + 4])
  expect(ledger.rows.map(({ wire }) => Object.keys(wire[6]))).toEqual([['at'], ['at']])
  expect(counts).toEqual({ recorded: 1, refused: 2 })
})

test('a batch of which nothing is permitted any more does not reach the store', async () => {
  const ledger = store()
  const wires = [wireUnder(bookOf(policy()), 'open')]
  const counts = await recordBatch({ ledger, book: bookOf(policy({ number: 9 })), clock })(wires)
  expect(counts).toEqual({ recorded: 0, refused: 1 })
  expect(ledger.rows).toEqual([])
})

test('the worker fails its batch when the store fails, so that the queue brings it back', async () => {
  const works: ((wires: readonly Wire[]) => Promise<void>)[] = []
  const queue = {
    workEvents: (work: (wires: readonly Wire[]) => Promise<void>) => {
      works.push(work)
      return { stop: async () => {} }
    },
  }
  let broken = true
  const ledger = {
    record: async (events: readonly PermittedEvent[]) => {
      if (broken) throw new Error('locked')
      return { recorded: events.length, refused: 0 }
    },
  }
  startRecording(queue, { ledger, book: bookOf(policy()), clock })
  const wires = [wireUnder(bookOf(policy()), 'open')]
  await expect(works[0]!(wires)).rejects.toThrow('locked')
  broken = false
  await expect(works[0]!(wires)).resolves.toBeUndefined()
})
