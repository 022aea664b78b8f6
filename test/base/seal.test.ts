import { describe, expect, it } from 'vitest'
import {
  bytesOf,
  deriveKey,
  digest,
  equalBytes,
  idOf,
  keyedHash,
  newHandle,
  newId,
  openSeal,
  randomBytes,
  seal,
  wipe,
} from '../../src/base/index.ts'

const key = randomBytes(32)
const place = Buffer.from('messages.content.row-1')
const plain = Buffer.from('Dear Ada, your certificate is here.')
const broken = expect.objectContaining({ code: 'seal_broken' })

describe('a seal', () => {
  it('opens with its key in its place', () => {
    expect(openSeal(key, seal(key, plain, place), place).equals(plain)).toBe(true)
    expect(openSeal(key, seal(key, Buffer.alloc(0), place), place)).toHaveLength(0)
  })

  it('does not open with any single bit of it turned', () => {
    const box = seal(key, plain, place)
    for (let bit = 0; bit < box.length * 8; bit++) {
      const turned = Buffer.from(box)
      turned[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => openSeal(key, turned, place), `bit ${bit}`).toThrow(broken)
    }
  })

  it('does not open cut off, lengthened or empty', () => {
    const box = seal(key, plain, place)
    for (const other of [box.subarray(0, -1), box.subarray(0, 39), Buffer.concat([box, box]), Buffer.alloc(0)]) {
      expect(() => openSeal(key, other, place)).toThrow(broken)
    }
  })

  it('does not open in another row, column or table, nor under another key', () => {
    const box = seal(key, plain, place)
    for (const elsewhere of ['messages.content.row-2', 'messages.merge.row-1', 'subjects.content.row-1', '']) {
      expect(() => openSeal(key, box, Buffer.from(elsewhere)), elsewhere).toThrow(broken)
    }
    expect(() => openSeal(randomBytes(32), box, place)).toThrow(broken)
  })

  it('says nothing of what is in it when it does not open', () => {
    try {
      openSeal(randomBytes(32), seal(key, plain, place), place)
      expect.unreachable()
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain('Ada')
    }
  })

  it('is another one each time, across many turns of the pool of nonces', () => {
    const nonces = Array.from({ length: 2_000 }, () => seal(key, plain, place).subarray(0, 24).toString('hex'))
    expect(new Set(nonces).size).toBe(2_000)
  })
})

describe('ids', () => {
  it('are unlike each other, of one length, and canonical base64url', () => {
    const ids = Array.from({ length: 5_000 }, newId)
    expect(new Set(ids).size).toBe(5_000)
    expect(ids.every((id) => /^[\w-]{22}$/.test(id) && idOf(bytesOf(id)) === id)).toBe(true)
    expect(newHandle()).toMatch(/^[\w-]{16}$/)
  })
})

describe('hashes and sub-keys', () => {
  it('depend on every byte of key and input', () => {
    const hash = keyedHash(key, 'ada@x.example')
    expect(keyedHash(key, 'ada@x.example').equals(hash)).toBe(true)
    expect(keyedHash(key, 'ada@x.examplf').equals(hash)).toBe(false)
    expect(keyedHash(randomBytes(32), 'ada@x.example').equals(hash)).toBe(false)
  })

  it('are the published BLAKE2b-256', () => {
    // RFC 7693 parameters for 32 bytes of output; the value is that of `b2sum -l 256` for "abc".
    expect(digest('abc')).toBe('bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319')
  })

  it('of two uses have nothing in common', () => {
    const keys = [deriveKey(key, 'l.token_'), deriveKey(key, 'l.store_'), deriveKey(key, 'l.token_', 2), key]
    expect(new Set(keys.map((each) => each.toString('hex'))).size).toBe(4)
  })

  it('are compared whole, and gone when wiped', () => {
    expect(equalBytes(Buffer.from('a'), Buffer.from('ab'))).toBe(false)
    expect(equalBytes(Buffer.from('ab'), Buffer.from('ab'))).toBe(true)
    const secret = randomBytes(32)
    wipe(secret)
    expect(secret.every((byte) => byte === 0)).toBe(true)
  })
})
