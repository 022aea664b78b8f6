/**
 * A few days of one Lethe, whatever is broken in it: mail is sent, opened and followed, one person stops, one is erased; it is
 * audited, and once more after forty days and a purge. Prints the findings of both audits as JSON. What does not come about
 * is waited for no longer than a while: the audits are to say what is wrong, and not this.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { processConfig, runLethe } from '../../src/main/index.ts'

interface Mail {
  readonly to: string
  readonly html: string | null
}

const browser = {
  connection: 'close',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'accept-language': 'en',
}
const people = ['ada@people.example', 'bea@people.example', 'cyd@people.example']
const consent = { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'Count what I open' }

let shift = 0
const clock = {
  get shift() {
    return shift
  },
  now: () => Date.now() + shift,
}
const config = { ...processConfig(), clock }
const lethe = await runLethe(config)
const api = `http://${config.api.host}:${config.api.port}`

async function call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  // A connection a call: one that is kept may be closed by the other end while a loaded machine looks elsewhere.
  const headers = { authorization: `Bearer ${config.apiKey}`, 'content-type': 'application/json', connection: 'close' }
  const answer = await fetch(api + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
  return (await answer.json()) as Record<string, unknown> // every route of this walk answers an object
}

async function awhile(ask: () => Promise<boolean>, seconds = 30): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(100)) if (await ask()) return
}

async function send(email: string | undefined): Promise<string> {
  const html = '<p>Your place is booked. <a href="https://target.example/day">The day</a></p>'
  const message = { to: { email, name: 'Name' }, purpose: 'deliver', subject: 'Booked', html, consent }
  return String((await call('POST', '/v1/messages', message)).id)
}

const ids: string[] = []
for (const email of people) ids.push(await send(email))
const mailbox = async () => (await call('GET', '/v1/mailbox')).mails as readonly Mail[]
await awhile(async () => (await mailbox()).length === people.length)
for (const { html } of await mailbox()) {
  for (const url of html?.match(/http:\/\/[^"'\s]+\/[oc]\/[\w-]+/g) ?? []) {
    await fetch(url, { headers: browser, redirect: 'manual' })
  }
}
await awhile(async () => {
  const { events } = await call('GET', `/v1/messages/${ids[2]}/events`)
  return Array.isArray(events) && events.length === 2
})
await call('POST', '/v1/subjects/object', { email: people[0], purpose: 'campaign' })
await call('POST', '/v1/subjects/erase', { email: people[1] })
await awhile(async () => {
  const { cases } = await call('GET', '/v1/cases')
  return Array.isArray(cases) && cases.length === 0
})
// An erasure also sweeps the queue: one more mail, so that the queue has had something to finish since.
const last = await send(people[2])
await awhile(async () => (await call('GET', `/v1/messages/${last}`)).status === 'sent')

const first = await call('GET', '/v1/audit')
shift = 40 * 86_400_000
await call('POST', '/v1/purge', { dryRun: false })
const second = await call('GET', '/v1/audit')
process.stdout.write(`\n${JSON.stringify([first.findings, second.findings])}\n`)
await lethe.stop()
