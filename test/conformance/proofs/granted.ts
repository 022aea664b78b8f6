import { equal, must } from '../row.ts'
import {
  draft,
  eventsOf,
  figure,
  linksIn,
  pathOf,
  reader,
  received,
  recorded,
  send,
  trackingConsent,
} from '../stage/letters.ts'
import type { Stage } from '../stage/stage.ts'

/** An event has exactly the keys that the policy grants. */
export async function exactKeys(stage: Stage, open: readonly string[], click: readonly string[]): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'keys@people.example'
  const { id } = await send(lethe, to, { consent: trackingConsent() })
  const html = await received(await stage.sink(), to)
  // An address that the country database knows, so that every granted key has a value.
  const headers = { ...reader, 'x-forwarded-for': '81.2.69.142' }
  const links = [...linksIn(html, 'o'), ...linksIn(html, 'c').slice(0, 1)].map(pathOf)
  for (const path of links) await lethe.hit(path, headers)
  const events = await eventsOf(lethe, id, links.length)
  for (const [kind, keys] of [
    ['open', open],
    ['click', click],
  ] as const) {
    const event = events.find((each) => each.kind === kind)
    if (keys.length === 0) must(!event, `a ${kind} was recorded`)
    else equal(Object.keys(event ?? {}).sort(), ['kind', ...keys].sort(), `keys of a recorded ${kind}`)
  }
  return `a recorded open has exactly ${open.join(', ') || 'nothing'}, a click ${click.join(', ')}`
}

/** Sec-GPC and DNT are heeded, and nobody fares worse for sending them: the same redirect, the same page, the same answer. */
export async function signalsHeeded(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'gpc@people.example'
  const lists = ['campaign', 'tracking'] as const
  const campaign = await draft(lethe, 'campaign', [{ email: to, consents: lists }])
  await campaign.start()
  const html = await received(await stage.sink(), to)
  const links = [...linksIn(html, 'o'), ...linksIn(html, 'c')].map(pathOf)
  must(links.length > 1, 'the mail is not tracked: there is nothing to heed the signal for')
  const before = await figure(lethe, 'lethe_events_recorded_total')
  for (const path of links) {
    const plain = await lethe.hit(path, { ...reader, 'sec-gpc': '1' })
    const told = await lethe.hit(path, { ...reader, dnt: '1' })
    const [a, b] = [plain, told].map(({ status, headers, body }) => [status, headers.location, body.toString('hex')])
    equal(a, b, 'the answer with either signal')
    must([200, 302].includes(plain.status), `a hit with Sec-GPC was answered ${plain.status}`)
  }
  await recorded(lethe)
  equal(await figure(lethe, 'lethe_events_recorded_total'), before, 'events recorded although a signal said no')
  for (const path of links) await lethe.hit(path, reader)
  equal(await figure(lethe, 'lethe_events_recorded_total'), before + links.length, 'events recorded without a signal')
  return `with Sec-GPC: 1 or DNT: 1 the answers are the same and nothing is recorded; without, ${links.length} hits are`
}
