import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, newId } from '../../src/base/index.ts'
import { mintReturn, newKeyRing, openReturn, returnsIn } from '../../src/gate/index.ts'
import { ringOf } from './scene.ts'

const ring = ringOf(1)

describe('a return path', () => {
  test('names its message, in whatever case it comes back', () => {
    fc.assert(
      fc.property(fc.constant(null).map(newId), (message) => {
        const token = mintReturn(ring, message)
        expect(token).toMatch(/^[a-z2-7]{60}$/)
        expect(openReturn(ring, token)).toEqual({ state: 'genuine', message })
        expect(openReturn(ring, token.toUpperCase())).toEqual({ state: 'genuine', message })
      }),
    )
  })

  test('is the same at each attempt, and shows nothing of the message', () => {
    const message = newId()
    const token = mintReturn(ring, message)
    expect(mintReturn(ring, message)).toBe(token)
    const bytes = Buffer.from([...token].map((each) => 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(each)))
    expect(bytes.indexOf(bytesOf(message))).toBe(-1)
    expect(mintReturn(ring, newId()).slice(8, 34)).not.toBe(token.slice(8, 34))
  })

  test('is forged when one character is another', () => {
    const token = mintReturn(ring, newId())
    for (let at = 0; at < token.length; at++) {
      for (const other of ['a', 'b', '7']) {
        if (token[at] === other) continue
        const changed = token.slice(0, at) + other + token.slice(at + 1)
        expect(openReturn(ring, changed).state).not.toBe('genuine')
      }
    }
  })

  test('of somebody else, or of a key that was stolen, is forged', () => {
    const message = newId()
    expect(openReturn(ringOf(2), mintReturn(ring, message))).toEqual({ state: 'forged' })
    const key = Buffer.alloc(32, 3)
    const before = newKeyRing([{ id: 'a', key, revoked: false }])
    const fresh = { id: 'b', key: Buffer.alloc(32, 4), revoked: false }
    const rotated = newKeyRing([fresh, { id: 'a', key, revoked: false }])
    const revoked = newKeyRing([fresh, { id: 'a', key, revoked: true }])
    const token = mintReturn(before, message)
    expect(openReturn(rotated, token)).toEqual({ state: 'genuine', message })
    expect(openReturn(revoked, token)).toEqual({ state: 'forged' })
  })

  test('is none where it does not look like one', () => {
    for (const text of ['', 'postmaster', 'a'.repeat(60), 'a'.repeat(61), '1'.repeat(60), 'ab'.repeat(5_000)]) {
      expect(openReturn(ring, text).state).toBe('none')
    }
  })

  test('is found among other words, and after many that are forged only within a bound', () => {
    const message = newId()
    const token = mintReturn(ring, message)
    expect(returnsIn(ring, ['x', `Return-Path: <${token}@bounces.example.org>`])).toEqual({ state: 'genuine', message })
    const forged = mintReturn(ringOf(2), message)
    expect(returnsIn(ring, [forged, token]).state).toBe('genuine')
    expect(returnsIn(ring, [`${forged} `.repeat(1_000), token]).state).toBe('forged')
    expect(returnsIn(ring, ['nothing']).state).toBe('none')
  })
})
