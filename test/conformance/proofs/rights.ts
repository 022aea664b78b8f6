import type { Lethe } from '../../journeys/lethe.ts'
import { equal, must } from '../row.ts'
import {
  decide,
  draft,
  eventsOf,
  linksIn,
  pathOf,
  reader,
  received,
  recorded,
  send,
  trackingConsent,
} from '../stage/letters.ts'
import { until } from '../stage/patience.ts'
import type { Stage } from '../stage/stage.ts'

export interface Right {
  readonly case: string
  readonly status: string
  readonly receipt: {
    readonly case: string
    readonly signature: string
    readonly remains: readonly { code: string; says: string; until: string | null }[]
  }
  readonly data?: unknown
  readonly fingerprints?: readonly string[]
}

/** Asks for a right of the person behind `email`; Unproved unless it is granted with a case and a signed receipt. */
export async function ask(lethe: Lethe, right: string, email: string, more: object = {}): Promise<Right> {
  const answer = await lethe.call<Right>('POST', `/v1/subjects/${right}`, { email, ...more })
  must([200, 202].includes(answer.status), `${right} was answered ${answer.status} (${answer.text.slice(0, 120)})`)
  must(answer.json.case && answer.json.receipt?.signature, `${right} gave no case or no signed receipt`)
  return answer.json
}

export const exported = async (lethe: Lethe, email: string): Promise<string> =>
  JSON.stringify((await ask(lethe, 'export', email)).data)

/** Everything held of somebody, opened, and nothing of anybody else. */
export async function access(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const [mine, theirs] = ['access.mine@people.example', 'access.theirs@people.example']
  for (const [to, name] of [
    [mine, 'Minename'],
    [theirs, 'Theirname'],
  ] as const) {
    await send(lethe, to, { to: { email: to, name }, consent: trackingConsent() })
    await decide(lethe, to, 'campaign', 'granted', { source: 'form', wording: `Wording for ${name}` })
    await received(await stage.sink(), to)
  }
  const data = await until(async () => {
    const seen = await exported(lethe, mine)
    return seen.includes('"sent"') ? seen : ''
  })
  const held = [mine, 'Minename', 'deliver', 'granted', 'Wording for Minename']
  for (const value of held) must(data.includes(value), `the export misses ${value.split('@')[0]}`)
  for (const value of [theirs, 'Theirname']) must(!data.includes(value), "the export holds somebody else's data")
  return `the export opens all that is held (address, name, message, consents with their wording), and nothing of another person`
}

/** A correction reaches mail that is still to be sent. */
export async function corrected(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'corrected@people.example'
  await decide(lethe, to, 'campaign', 'granted', { source: 'relationship' })
  const queued = await draft(lethe, 'campaign', [{ email: to, name: 'Oldname', consents: ['campaign'] }])
  await ask(lethe, 'rectify', to, { name: 'Newname' })
  const data = await exported(lethe, to)
  must(data.includes('Newname'), 'the export does not show the new name')
  must(!data.includes('Oldname'), `the export still shows the old name: ${/.{60}Oldname.{20}/.exec(data)?.[0]}`)
  await queued.start()
  const html = await received(await stage.sink(), to)
  must(html.includes('Hello Newname') && !html.includes('Oldname'), 'the queued mail shows the old name')
  return 'a mail that was queued under the old name arrives with the new one, and nothing that is held has the old one'
}

/** Data is kept and used for nothing, until it is lifted. */
export async function restricted(stage: Stage): Promise<string> {
  // Individual tokens show what a hit of somebody restricted leaves: nothing, not even in the queue.
  const lethe = await stage.start(await stage.swift({ LETHE_POLICY: 'mailerplex' }))
  const to = 'restricted@people.example'
  const { id } = await send(lethe, to, { consent: trackingConsent() })
  const html = await received(await stage.sink(), to)
  const [pixel = ''] = linksIn(html, 'o').map(pathOf)
  await lethe.hit(pixel, reader)
  equal((await eventsOf(lethe, id, 1)).length, 1, 'events before the restriction')
  const before = await lethe.call('GET', '/metrics')
  await ask(lethe, 'restrict', to)
  equal((await lethe.hit(pixel, reader)).status, 200, 'the picture')
  await recorded(lethe)
  const count = (text: string) => /^lethe_events_recorded_total (\d+)$/m.exec(text)?.[1]
  equal(count((await lethe.call('GET', '/metrics')).text), count(before.text), 'events committed to the queue')
  equal((await send(lethe, to)).status, 'refused', 'a new mail')
  must((await exported(lethe, to)).includes(to), 'the data was not kept')
  await ask(lethe, 'unrestrict', to)
  await lethe.hit(pixel, reader)
  equal((await eventsOf(lethe, id, 2)).length, 2, 'events once it was lifted')
  equal((await send(lethe, to)).status, 'queued', 'a mail once it was lifted')
  await lethe.stop()
  return 'under mailerplex: data stays, a new mail is refused and a hit commits nothing to the queue; lifted, both go on'
}

/** One purpose stops, the others go on. */
export async function objected(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'objector@people.example'
  await decide(lethe, to, 'campaign', 'granted', { source: 'relationship' })
  equal((await send(lethe, to, { purpose: 'campaign' })).status, 'queued', 'a campaign before the objection')
  await received(await stage.sink(), to) // an objection would reach it as well, had it not gone yet
  await ask(lethe, 'object', to, { purpose: 'campaign' })
  const after = await send(lethe, to, { purpose: 'campaign' })
  equal([after.status, after.reason], ['refused', 'objected'], 'a campaign after the objection')
  equal((await send(lethe, to)).status, 'queued', 'mail that was asked for')
  await until(async () => (await stage.sink()).mails.filter((mail) => mail.to === to).length === 2)
  equal((await stage.sink()).mails.filter((mail) => mail.to === to).length, 2, 'mails that came')
  return 'the campaign is refused (objected), mail that was asked for is still sent'
}

/** A concern opens a case with a deadline; it is listed until it is answered, and overdue it is a finding. */
export async function concernHeard(stage: Stage): Promise<string> {
  const env = await stage.swift()
  const lethe = await stage.start(env)
  const opened = await lethe.call<{ case: string; dueAt: string }>('POST', '/v1/cases', {
    ...{ email: 'worried@people.example', about: 'I do not know why I get this.' },
  })
  equal(opened.status, 201, 'POST /v1/cases')
  const days = Math.round((Date.parse(opened.json.dueAt) - Date.now()) / 86_400_000)
  must(days > 0 && days <= 30, `the case is due in ${days} days`)
  const listed = async () => (await lethe.call('GET', '/v1/cases')).text
  must((await listed()).includes(opened.json.case), 'the case is not listed')
  must(!(await listed()).includes('worried'), 'the list says whose case it is')
  await lethe.stop()
  const late = await stage.run(['audit', '--json'], { ...env, LETHE_CLOCK: `+P${days + 2}D` })
  must(/overdue|case/i.test(late.out) && late.code === 1, 'audit does not find the case overdue after its day')
  const again = await stage.start(env)
  equal((await again.call('POST', `/v1/cases/${opened.json.case}/close`)).status, 200, 'the answer')
  must(!(await again.call('GET', '/v1/cases')).text.includes(opened.json.case), 'an answered case is still listed')
  await again.stop()
  return `a concern opens a case that is due in ${days} days, listed without a name until it is answered; overdue it is a finding of audit`
}
