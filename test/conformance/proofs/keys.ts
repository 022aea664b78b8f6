import { readFileSync } from 'node:fs'
import type { Lethe } from '../../journeys/lethe.ts'
import { equal, must } from '../row.ts'
import { figure, linksIn, pathOf, reader, received, recorded, send, trackingConsent } from '../stage/letters.ts'
import type { Stage } from '../stage/stage.ts'
import { searched } from './search.ts'

interface Created {
  readonly id: string
  readonly key: string
}

async function newKey(lethe: Lethe, name: string, scopes: readonly string[]): Promise<Created> {
  const made = await lethe.call<Created>('POST', '/v1/api-keys', { name, scopes })
  equal(made.status, 201, `POST /v1/api-keys (${made.text.slice(0, 100)})`)
  return made.json
}

const bearing = (key: string) => ({ authorization: `Bearer ${key}` })

const statusWith = async (lethe: Lethe, key: string, method: string, path: string, body?: object): Promise<number> =>
  (await lethe.call(method, path, body, bearing(key))).status

/** Shown once, kept as a memory-hard hash; and a request does not pay for one. */
export async function keysHashed(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const { id, key } = await newKey(lethe, 'conformance', ['report', 'admin'])
  // lethe_<id>_<secret>; both parts may hold an underscore of their own.
  const secret = /^lethe_.{22}_(.{43})$/.exec(key)?.[1] ?? ''
  must(secret !== '', 'the key holds no secret of 32 bytes')
  equal(await statusWith(lethe, key, 'GET', '/v1/api-keys'), 200, 'a request with the key')
  must(!(await lethe.call('GET', '/v1/api-keys')).text.includes(secret), 'the key is shown a second time')
  equal(
    await searched(stage, lethe.env, [key, secret, Buffer.from(secret, 'base64url')]),
    [],
    'the key in bytes at rest',
  )
  must(
    (await searched(stage, lethe.env, [Buffer.from('$argon2id$')])).length > 0,
    'no memory-hard hash is found: the search is blind',
  )
  const wrong = `${key.slice(0, -6)}AAAAAA`
  equal(await statusWith(lethe, wrong, 'GET', '/v1/api-keys'), 401, 'a request with a wrong secret')
  // A wrong secret costs the slow hash at each request; the right one must not. Counted in processor time, side by side.
  const cost = async (with_: string): Promise<number> => {
    const before = ticks(lethe.pid)
    for (let time = 0; time < 12; time++) await statusWith(lethe, with_, 'GET', '/v1/api-keys')
    return ticks(lethe.pid) - before
  }
  const [right, bad] = [await cost(key), await cost(wrong)]
  must(right < bad, `12 requests with the right key cost ${right} ticks, with a wrong one ${bad}`)
  return `the key ${id.slice(0, 4)}… is shown once, 0 needles, an Argon2id hash in its place; wrong secret 401; 12 requests cost ${right} ticks, with a wrong secret ${bad}`
}

/** Processor time of a process, in clock ticks: user and system (proc(5)). */
function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}

/** A key may do what its scopes say; whoever sees a person's data leaves an entry. */
export async function scopesHold(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'scoped@people.example'
  const { id } = await send(lethe, to)
  await received(await stage.sink(), to)
  const stats = await newKey(lethe, 'statistics', ['report'])
  const rights = await newKey(lethe, 'rights', ['rights'])
  const denied: readonly (readonly [method: string, path: string, body?: object])[] = [
    ['POST', '/v1/subjects/export', { email: to }],
    ['POST', '/v1/subjects/erase', { email: to }],
    ['POST', '/v1/messages', { to: { email: to }, subject: 's', text: 't', purpose: 'deliver' }],
    ['GET', '/v1/cases'],
    ['GET', '/v1/audit-log'],
    ['POST', '/v1/api-keys', { name: 'more', scopes: ['admin'] }],
  ]
  for (const [method, path, body] of denied) {
    equal(await statusWith(lethe, stats.key, method, path, body), 403, `${method} ${path} with a key for statistics`)
  }
  const made = await lethe.call<{ id: string }>('POST', '/v1/campaigns', {
    name: 'n',
    subject: 's',
    text: 't',
    purpose: 'deliver',
  })
  const seen = await lethe.call('GET', `/v1/campaigns/${made.json.id}`, undefined, bearing(stats.key))
  equal(seen.status, 200, 'a campaign with a key for statistics')
  for (const path of [
    `/v1/campaigns/${made.json.id}`,
    `/v1/campaigns/${made.json.id}/report`,
    `/v1/messages/${id}`,
    '/metrics',
  ]) {
    const { text } = await lethe.call('GET', path, undefined, bearing(stats.key))
    must(!text.includes('people.example'), `${path} shows an address to a key for statistics`)
  }
  const reveal = await lethe.call('POST', '/v1/subjects/export', { email: to }, bearing(rights.key))
  must(reveal.text.includes(to), 'a key for rights sees nothing')
  const { text } = await lethe.call('GET', '/v1/audit-log')
  must(text.includes(rights.id), 'a reveal left no entry in the audit log')
  must(!text.includes('people.example'), 'the audit log names a person')
  return `a key for statistics is refused ${denied.length} ways to a person's data and sees no address; a reveal with a key for rights leaves an entry without personal data`
}

/** A revoked API key ends at once; a rotated signing key goes on verifying; a stolen one records and redirects nothing. */
export async function keysEnd(stage: Stage): Promise<string> {
  const sink = await stage.sink()
  // Keys in the data folder: what Lethe is to rotate it must be able to write.
  const lethe = await stage.start(await stage.swift({ LETHE_KEYS: '' }))
  const { id, key } = await newKey(lethe, 'stolen', ['report', 'admin'])
  equal(await statusWith(lethe, key, 'GET', '/v1/api-keys'), 200, 'a request before the key is revoked')
  equal((await lethe.call('DELETE', `/v1/api-keys/${id}`)).status, 200, 'revoking it')
  equal(await statusWith(lethe, key, 'GET', '/v1/api-keys'), 401, 'a request after the key is revoked')

  const linksOf = async (to: string) => {
    await send(lethe, to, { consent: trackingConsent() })
    const html = await received(sink, to)
    return { pixel: pathOf(linksIn(html, 'o')[0] ?? ''), click: pathOf(linksIn(html, 'c')[0] ?? '') }
  }
  const old = await linksOf('rotated@people.example')
  const first = await lethe.call<{ operator: string }>('POST', '/v1/keys/rotate', {})
  equal(first.status, 200, `rotating the signing key (${first.text.slice(0, 100)})`)
  const young = await linksOf('young@people.example')
  const events = () => figure(lethe, 'lethe_events_recorded_total')
  const before = await events()
  equal((await lethe.hit(old.click, reader)).status, 302, 'a link under the rotated key')
  equal((await lethe.hit(young.click, reader)).status, 302, 'a link under the new key')
  await recorded(lethe)
  equal(await events(), before + 2, 'events under both keys')

  const revoked = await lethe.call('POST', `/v1/keys/${first.json.operator}/revoke`, {})
  equal(revoked.status, 200, `revoking the signing key (${revoked.text.slice(0, 100)})`)
  const blind = await lethe.hit(young.click, { ...reader, accept: 'text/html' })
  equal([blind.status, blind.headers.location ?? null], [404, null], 'a link under the stolen key')
  must(blind.body.toString().includes('target.example'), 'the page does not name the host')
  equal((await lethe.hit(young.pixel, reader)).body.length, 43, 'the picture under the stolen key')
  await recorded(lethe)
  equal(await events(), before + 2, 'events after the signing key was revoked')
  equal((await lethe.hit(old.click, reader)).status, 302, 'a link under the key that was only rotated')
  await lethe.stop()
  return 'a revoked API key is 401 at once; links under a rotated signing key redirect and record; under a revoked one they record nothing and show a page that names the host'
}
