import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/base/index.ts'
import { rowOf, tried } from './mutate.ts'
import { broken, mutations } from './mutation.ts'
import { expected, misfits, table } from './rows/index.ts'
import { type Ground, openGround } from './stage/ground.ts'

describe('the conformance run', () => {
  it('has a row for each of the 89 statements, and no other', () => {
    expect(expected).toHaveLength(89)
    expect(misfits()).toEqual([])
  })

  it.each(mutations)('can have its row $row tried on a Lethe in which $breaks', (mutation) => {
    expect(broken(mutation)).toContain(mutation.to)
    expect(rowOf(table, mutation)).toHaveLength(1)
  })

  it('has ten controls broken, each under a row of its own', () => {
    expect(new Set(mutations.map(({ row }) => row)).size).toBe(10)
  })
})

// One of the compiler, one of the door, one of the tracker; all ten take minutes: npm run conformance -- --mutations.
describe('a Lethe with a broken control', () => {
  let ground: Ground
  beforeAll(() => {
    ground = openGround(packageRoot())
  })
  afterAll(() => ground.close())

  it.each(mutations.filter(({ row }) => ['X-1', 'CO-1', 'CM-9'].includes(row)))(
    'turns the row $row red when $breaks',
    async (mutation) => {
      const [row] = rowOf(table, mutation)
      expect((await tried(mutation, row!, ground)).line).toMatch(/^NOTICED/)
    },
    300_000,
  )
})
