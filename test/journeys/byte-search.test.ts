import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folder } from './lethe.ts'
import { findNeedles } from './needles.ts'

/** A file of these bytes, searched for these needles; the numbers of those that were found. */
function found(bytes: Buffer, needles: readonly Buffer[]): readonly number[] {
  const dir = folder()
  mkdirSync(join(dir, 'deep'))
  writeFileSync(join(dir, 'deep', 'file'), bytes)
  const names = needles.map((each) => `${each.toString('hex').slice(0, 12)}… in`)
  const said = findNeedles([dir], needles)
  return names.flatMap((name, index) => (said.some((each) => each.startsWith(name)) ? [index] : []))
}

it('finds exactly what a search for each needle by itself finds, wherever it lies', () => {
  for (let round = 0; round < 60; round++) {
    // Few different bytes, so that needles overlap, begin like each other and repeat themselves.
    const few = (length: number) => Buffer.from(randomBytes(length).map((byte) => 65 + (byte % (2 + (round % 5)))))
    const needles = Array.from({ length: 12 }, (_, index) => few(6 + (index % 7)))
    const bytes = few(2000 * (1 + (round % 3)))
    needles[0]!.copy(bytes, 0)
    needles[1]!.copy(bytes, bytes.length - needles[1]!.length)
    const alone = needles.flatMap((needle, index) => (bytes.includes(needle) ? [index] : []))
    // What is found is told by its first six bytes.
    const told = (index: number) => needles[index]!.toString('latin1', 0, 6)
    expect(new Set(found(bytes, needles).map(told))).toEqual(new Set(alone.map(told)))
  }
})

it.each([
  ['at the very start', 0],
  ['in the middle', 4711],
  ['at the very end', 10_000 - 32],
])('finds a ciphertext %s, beside a needle of four bytes', (_where, at) => {
  const needle = randomBytes(32)
  const bytes = Buffer.alloc(10_000, 7)
  needle.copy(bytes, at)
  expect(found(bytes, [needle, Buffer.from('c633645d', 'hex')])).toEqual([0])
  bytes[at + 31]! ^= 1
  expect(found(bytes, [needle, Buffer.from('c633645d', 'hex')])).toEqual([])
})

it('finds nothing in no bytes, and no needle that is longer than the file', () => {
  expect(found(Buffer.alloc(0), [Buffer.from('needle')])).toEqual([])
  expect(found(Buffer.from('needl'), [Buffer.from('needle')])).toEqual([])
})
