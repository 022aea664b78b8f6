import type { Answer, Lethe } from '../../journeys/lethe.ts'
import { htmlOf } from '../../journeys/sink.ts'
import { equal, must } from '../row.ts'
import { until } from './patience.ts'
import type { Sink } from './sink.ts'
import type { Stage } from './stage.ts'

/** A person's mail program as the tracker sees it. */
export const reader = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
  'accept-language': 'de-DE,de;q=0.9',
}

export const yesterday = (): string => new Date(Date.now() - 86_400_000).toISOString()

/** Two links of the sender's, and the two that let the reader out. */
export const page = `<html><body><p>Hello {{name}}</p><a href="https://target.example/a?x=1&amp;y=2">a</a>
<a href="https://target.example/b">b</a> <a href="{{unsubscribe_url}}">stop</a> <a href="{{rights_url}}">rights</a></body></html>`

export interface Accepted {
  readonly id: string
  readonly status: string
  readonly reason?: string
  readonly tracked: { readonly opens: boolean; readonly clicks: boolean; readonly reason: string }
}

const record = { source: 'form', wording: 'Yes, please.' }

export const trackingConsent = () => ({ tracking: true, at: yesterday(), ...record })

export const post = (lethe: Lethe, message: object): Promise<Answer<Accepted & { readonly code?: string }>> =>
  lethe.call('POST', '/v1/messages', message)

/** Hands one mail in, by default to be delivered as asked for; Unproved unless it is taken. */
export async function send(lethe: Lethe, email: string, more: object = {}): Promise<Accepted> {
  const message = { to: { email, name: 'Reader' }, subject: 'A letter', html: page, purpose: 'deliver', ...more }
  const answer = await post(lethe, message)
  equal(answer.status, 202, `POST /v1/messages for ${message.purpose} (${answer.json.code ?? ''})`)
  return answer.json
}

export async function decide(lethe: Lethe, email: string, purpose: string, state: 'granted' | 'withdrawn', more = {}) {
  const decision = { email, purpose, state, at: new Date().toISOString(), ...record, ...more }
  const answer = await lethe.call<{ receipt: string }>('POST', '/v1/consents', decision)
  equal(answer.status, 201, `POST /v1/consents for ${purpose} (${answer.text.slice(0, 80)})`)
  return answer.json.receipt
}

export interface Line {
  readonly email: string
  readonly name?: string
  /** Purposes that the line brings a record of consent to. */
  readonly consents?: readonly ('campaign' | 'tracking')[]
}

/** A draft with its recipients, each of them queued or refused; `start` sends it. */
export async function draft(lethe: Lethe, purpose: string, lines: readonly Line[], html = page) {
  const made = await lethe.call<{ id: string }>('POST', '/v1/campaigns', {
    ...{ name: 'conformance', subject: 'To {{name}}', html, purpose },
  })
  equal(made.status, 201, `POST /v1/campaigns (${made.text.slice(0, 80)})`)
  const { id } = made.json
  const head = ['', 'campaign_'].flatMap((kind) => ['at', 'source', 'wording'].map((key) => `${kind}consent_${key}`))
  const proof = (given: boolean) => (given ? `${yesterday()},form,Yes` : ',,')
  const rows = lines.map(({ email, name = 'Reader', consents = [] }) =>
    [email, name, proof(consents.includes('tracking')), proof(consents.includes('campaign'))].join(','),
  )
  const csv = [['email', 'name', ...head].join(','), ...rows].join('\n')
  const uploaded = await lethe.call<{ accepted: number; refused: number }>(
    ...(['POST', `/v1/campaigns/${id}/recipients`, csv] as const),
  )
  equal(uploaded.status, 200, `recipients (${uploaded.text.slice(0, 80)})`)
  return {
    ...{ id, accepted: uploaded.json.accepted, refused: uploaded.json.refused },
    start: async () => equal((await lethe.call('POST', `/v1/campaigns/${id}/start`)).status, 202, 'start'),
    counts: async () =>
      (await lethe.call<{ counts: Record<string, number | null> }>('GET', `/v1/campaigns/${id}`)).json.counts,
    report: async () => (await lethe.call('GET', `/v1/campaigns/${id}/report`)).text,
  }
}

/** The HTML of the mail that came to `to`. */
export const received = async (sink: Sink, to: string): Promise<string> => htmlOf(await sink.mailTo(to))

/** A mail as tracked as the policy allows: to a list where it has one, since tallies are of campaigns. */
export async function tracked(stage: Stage, email: string, html = page): Promise<string> {
  const lethe = await stage.lethe()
  const { campaign } = stage.document().purposes as Record<string, unknown> // policy check has read it
  if (!campaign) await send(lethe, email, { html, consent: trackingConsent() })
  else await (await draft(lethe, 'campaign', [{ email, consents: ['campaign', 'tracking'] }], html)).start()
  return received(await stage.sink(), email)
}

/** Links in a mail by the first part of their path: `o`, `c`, `u`, `me`, `v`. */
export const linksIn = (html: string, route: string): readonly string[] =>
  html.match(new RegExp(`https?://[^"'\\s>]+/${route}/[\\w-]+`, 'g')) ?? []

export const pathOf = (link: string): string => link.replace(/^https?:\/\/[^/]+/, '')

export interface EventSeen {
  readonly kind: string
  readonly [field: string]: unknown
}

/** The events of a message once there are `count` of them, or what there is when the time is over. */
export const eventsOf = async (
  lethe: Lethe,
  id: string,
  count: number,
  seconds = 15,
): Promise<readonly EventSeen[]> => {
  let events: readonly EventSeen[] = []
  await until(async () => {
    events = (await lethe.call<{ events?: readonly EventSeen[] }>('GET', `/v1/messages/${id}/events`)).json.events ?? []
    return events.length >= count
  }, seconds)
  return events
}

/** One figure of /metrics, its samples of all labels summed. */
export async function figure(lethe: Lethe, name: string): Promise<number> {
  const { text } = await lethe.call('GET', '/metrics')
  const samples = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))]
  must(samples.length > 0 || name.includes('refused'), `/metrics does not show ${name}`)
  return samples.reduce((sum, [, value]) => sum + Number(value), 0)
}

/** Waits until the tracker's events are in the store: nothing pending at the edge, nothing in the record queue. */
export const recorded = (lethe: Lethe): Promise<boolean> =>
  until(async () => {
    const { text } = await lethe.call('GET', '/metrics')
    const left = [
      ...text.matchAll(/^lethe_(?:events_pending|queue_jobs\{queue="record",state="(?:waiting|active)"\}) (\d+)$/gm),
    ]
    return left.every(([, value]) => value === '0')
  })
