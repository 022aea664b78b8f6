import { equal, must } from '../row.ts'
import { linksIn, pathOf, reader, received, send, tracked, trackingConsent } from '../stage/letters.ts'
import type { Stage } from '../stage/stage.ts'

/** Requests to every public route, with genuine tokens where this policy mints them and with forged ones. */
export async function noCookies(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const html = await tracked(stage, 'cookies@people.example')
  const genuine = ['o', 'c', 'u', 'me'].flatMap((route) => linksIn(html, route).map(pathOf))
  must(genuine.length >= 2, 'the mail has no links of its own to try')
  const forged = ['o', 'c', 'u', 'me', 'v'].map((route) => `/${route}/${'A'.repeat(120)}`)
  const paths = [...genuine, ...forged, '/o/', '/privacy', '/nothing', '/']
  for (const path of paths) {
    const answer = await lethe.hit(path, { ...reader, cookie: 'planted=1' })
    equal(answer.headers['set-cookie'] ?? null, null, `Set-Cookie on ${path.slice(0, 4)}`)
    if (path === '/privacy') must(answer.headers.etag, '/privacy has no ETag: the search would not see one')
    else equal(answer.headers.etag ?? null, null, `ETag on ${path.slice(0, 4)}`)
  }
  return `${paths.length} requests to all public routes, ${genuine.length} with genuine tokens: no Set-Cookie, an ETag on /privacy alone`
}

/** Tokens of several mails, pairwise: alike in nothing but the version and the key's fingerprint, and nothing decodes. */
export async function unlikeTokens(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const sink = await stage.sink()
  const tokens: string[] = []
  const people = ['a', 'b', 'c', 'd'].map((name) => `token.${name}@people.example`)
  for (const to of people) {
    await send(lethe, to, { consent: trackingConsent() })
    const html = await received(sink, to)
    const links = ['o', 'c', 'u', 'me'].flatMap((route) => linksIn(html, route))
    tokens.push(...links.map((link) => pathOf(link).split('/')[2] ?? ''))
  }
  must(tokens.length >= 4 * people.length, `only ${tokens.length} tokens in ${people.length} mails`)
  // One byte of version and four of fingerprint are 40 bits: six characters of base64url and two bits of the seventh.
  const heads = new Set(tokens.map((token) => token.slice(0, 6)))
  equal(heads.size, 1, 'different heads of tokens under one key')
  const pieces = tokens.map((token) => new Set(piecesOf(token.slice(7), 6)))
  for (const [index, mine] of pieces.entries()) {
    for (const other of pieces.slice(index + 1)) {
      for (const piece of mine) must(!other.has(piece), 'two tokens share a part beyond the key fingerprint')
    }
  }
  for (const token of tokens) {
    const text = Buffer.from(token, 'base64url').toString('latin1')
    const found = ['token.', 'people.example', 'target.example', 'deliver'].find((needle) => text.includes(needle))
    equal(found ?? null, null, 'a token decodes to')
  }
  return `${tokens.length} tokens of ${people.length} mails share the first 6 characters (version, key) and no 6 others; none decodes to an address, a link or a purpose`
}

const piecesOf = (text: string, length: number): readonly string[] =>
  Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) => text.slice(at, at + length))
