import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newHandle, newId } from '../../src/base/index.ts'
import {
  type Claims,
  mintSharedToken,
  mintToken,
  newKeyRing,
  openToken,
  parseOperatorKeys,
  type TokenKind,
} from '../../src/gate/index.ts'
import { claimsOf, ringOf } from './scene.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const kinds: readonly TokenKind[] = ['open', 'click', 'unsubscribe', 'me', 'certificate']
const ring = ringOf(1)

const anyClaims: fc.Arbitrary<Claims> = fc.record({
  policy: fc.nat({ max: 0xffffffff }),
  issued: fc.nat({ max: 0xffff }),
  message: fc.constant(null).map(newId),
  handle: fc.boolean().map((has) => (has ? newHandle() : null)),
  link: fc.nat({ max: 0xffff }),
  target: fc.oneof(fc.webUrl(), fc.string({ unit: 'grapheme', maxLength: 200 })),
})

describe('a token', () => {
  test('gives back exactly the claims it was minted from, whatever they are', () => {
    fc.assert(
      fc.property(anyClaims, fc.constantFrom(...kinds), (claims, kind) => {
        expect(openToken(ring, kind, mintToken(ring, kind, claims))).toEqual({ state: 'genuine', claims })
      }),
    )
  })

  test('of one kind opens as no other kind', () => {
    for (const made of kinds) {
      const token = mintToken(ring, made, claimsOf())
      const opened = kinds.filter((kind) => openToken(ring, kind, token).state === 'genuine')
      expect(opened).toEqual([made])
    }
  })

  test('is refused after every change of one character, at every place', () => {
    const token = mintToken(ring, 'click', claimsOf({ target: 'https://example.org/a?b=c#d', link: 3 }))
    let refused = 0
    for (let place = 0; place < token.length; place++) {
      for (const letter of [...alphabet, '=', '+', '/', ' ', '%', '\u0000', '\u00e4']) {
        if (letter === token[place]) continue
        const changed = token.slice(0, place) + letter + token.slice(place + 1)
        expect(openToken(ring, 'click', changed).state).toBe('forged')
        refused++
      }
    }
    expect(refused).toBe(token.length * (alphabet.length + 6))
  })

  test('has one spelling: no padding, no extra, no missing, no other alphabet', () => {
    const token = mintToken(ring, 'open', claimsOf())
    const standard = Buffer.from(token, 'base64url').toString('base64')
    const others = [
      `${token}=`,
      `${token}A`,
      `${token}\n`,
      ` ${token}`,
      token.slice(0, -1),
      token.slice(1),
      `${token}%20`,
    ]
    for (const other of [...others, `${token}==`, standard === token ? '' : standard, '']) {
      expect(openToken(ring, 'open', other).state).toBe('forged')
    }
  })

  test('that is arbitrary text never opens and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.base64String({ maxLength: 9000 })),
        (text) => {
          expect(openToken(ring, 'click', text)).toEqual({ state: 'forged' })
        },
      ),
    )
  })

  test('shows nothing of its claims and repeats nothing behind the key fingerprint', () => {
    const claims = claimsOf({ target: 'https://secret.example/path' })
    const [one, two] = [mintToken(ring, 'click', claims), mintToken(ring, 'click', claims)]
    const bytes = Buffer.from(one, 'base64url')
    expect(bytes.includes('secret')).toBe(false)
    expect(bytes.includes(Buffer.from(claims.message, 'base64url'))).toBe(false)
    expect(one.slice(7)).not.toBe(two.slice(7))
  })

  test('of a foreign key is forged', () => {
    expect(openToken(ring, 'open', mintToken(ringOf(2), 'open', claimsOf())).state).toBe('forged')
  })

  test('still opens after its key was rotated, and says revoked after it was revoked', () => {
    const [older, newer] = [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 9).toString('base64')]
    const token = mintToken(ring, 'click', claimsOf({ target: 'https://example.org/' }))
    const rotated = newKeyRing(parseOperatorKeys(`new:${newer},old:${older}`))
    expect(openToken(rotated, 'click', token).state).toBe('genuine')
    const revoked = newKeyRing(parseOperatorKeys(`new:${newer}\nold:${older}:revoked`))
    expect(openToken(revoked, 'click', token)).toMatchObject({
      state: 'revoked',
      claims: { target: 'https://example.org/' },
    })
    expect(openToken(revoked, 'click', mintToken(revoked, 'click', claimsOf())).state).toBe('genuine')
  })
})

describe('operator keys', () => {
  const key = Buffer.alloc(32, 5).toString('base64')

  test('that are malformed are refused by their position, without being quoted', () => {
    for (const text of ['short:AAAA', key, `a:${key}:gone`, `a:${key},b:`, ':', `a:${key},a:${key}`]) {
      expect(() => parseOperatorKeys(text)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^keys_/) }))
      expect(() => parseOperatorKeys(text)).not.toThrow(key)
    }
  })

  test('that are all revoked make no ring', () => {
    expect(() => newKeyRing(parseOperatorKeys(`a:${key}:revoked`))).toThrow(
      expect.objectContaining({ code: 'keys_missing' }),
    )
  })
})

describe('a shared token', () => {
  const { handle: _handle, ...shared } = claimsOf({ link: 2, target: 'https://example.org/a' })

  test('is the same bytes each time, also in another process that holds the same key', () => {
    const first = mintSharedToken(ring, 'click', shared)
    expect(mintSharedToken(ring, 'click', shared)).toBe(first)
    expect(mintSharedToken(ringOf(1), 'click', shared)).toBe(first)
    expect(openToken(ring, 'click', first)).toEqual({ state: 'genuine', claims: { ...shared, handle: null } })
  })

  test('never repeats a nonce for other claims, another kind or another key', () => {
    const others = [
      mintSharedToken(ring, 'click', shared),
      mintSharedToken(ring, 'open', shared),
      mintSharedToken(ring, 'click', { ...shared, link: 3 }),
      mintSharedToken(ring, 'click', { ...shared, issued: shared.issued + 1 }),
      mintSharedToken(ring, 'click', { ...shared, target: 'https://example.org/b' }),
      mintSharedToken(ringOf(2), 'click', shared),
    ]
    const nonces = others.map((token) => Buffer.from(token, 'base64url').toString('hex', 5, 29))
    expect(new Set(nonces).size).toBe(others.length)
  })

  test('is told apart from one of a recipient, whose bytes never repeat', () => {
    const own = claimsOf()
    expect(mintToken(ring, 'open', own)).not.toBe(mintToken(ring, 'open', own))
  })
})
