import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lethe } from '../../journeys/lethe.ts'
import { plant } from '../../journeys/plant.ts'
import { inLog, literal, writeStore } from '../../journeys/raw-store.ts'
import { htmlOf } from '../../journeys/sink.ts'
import { equal, must } from '../row.ts'
import { linksIn, pathOf, recorded, send, trackingConsent } from '../stage/letters.ts'
import { until } from '../stage/patience.ts'
import type { Stage } from '../stage/stage.ts'
import { searched } from './search.ts'

/** One canary for each thing that goes in; each is looked for in every form it may lie in. */
export const canaries = {
  address: 'ok.qvx@canary-example.org',
  retried: 'later.qvx@canary-example.org',
  refused: 'never.qvx@canary-example.org',
  crashed: 'slow.crash.qvx@canary-example.org',
  name: 'Kanarienvogel Qvxwz',
  subject: 'Betreffkanarie 55qvx',
  body: 'bodycanary-9e2b41',
  merge: 'mergecanary-7f1d',
  replyTo: 'answers.qvx@canary-example.org',
  link: 'canary-target.example/qvx/landing',
  attachment: 'attachmentcanary-3c8e.txt',
  ip: '198.51.100.93',
  ip6: '2001:db8:51:93::c0de',
  agent: 'Mozilla/5.0 (X11; Linux x86_64) canaryagent/7.7.1 Chrome/131.0.6000.1',
  agentName: 'canaryagent',
} as const

/** The address as a machine packs it: sixteen bytes, mapped IPv4 among them, and as hex. */
const packed = [
  Buffer.from('20010db8005100930000000000' + '00c0de', 'hex'),
  Buffer.from('ffffc633645d', 'hex'),
  Buffer.from('c633645d'),
]

export interface Found {
  /** Where a canary lay, by moment; empty when all is well. */
  readonly found: readonly string[]
  readonly moments: readonly string[]
  /** Places in which a planted value was found: the search can see there. */
  readonly planted: readonly string[]
  /** Canaries in standard output. */
  readonly output: readonly string[]
  readonly hits: number
}

const looked: readonly (string | Buffer)[] = [...Object.values(canaries), ...packed]

/** Sends, a retry, a hard failure, a crash, opens and clicks; every byte at rest is searched at every step. */
export const needles = (stage: Stage): Promise<Found> => stage.once('needles', () => run(stage))

async function run(stage: Stage): Promise<Found> {
  const env = await stage.settings()
  const sink = await stage.sink()
  let lethe = await stage.start(env)
  const found: string[] = []
  const moments: string[] = []
  const look = async (moment: string): Promise<void> => {
    moments.push(moment)
    found.push(...(await searched(stage, env, looked)).map((each) => `${moment}: ${each}`))
  }
  const mail = {
    ...{ subject: canaries.subject, replyTo: canaries.replyTo, data: { extra: canaries.merge } },
    html: `<html><body><p>${canaries.body} {{name}} {{extra}}</p><a href="https://${canaries.link}">go</a> <a href="{{unsubscribe_url}}">u</a></body></html>`,
    attachments: [{ filename: canaries.attachment, contentType: 'text/plain', content: 'YQ==' }],
    consent: trackingConsent(),
  }
  const write = (email: string) => send(lethe, email, { ...mail, to: { email, name: canaries.name } })
  await write(canaries.retried)
  const refused = await write(canaries.refused)
  await write(canaries.address)
  await look('while mail waits')
  const pages = [htmlOf(await sink.mailTo(canaries.address)), htmlOf(await sink.mailTo(canaries.retried))]
  for (const page of pages) must(page.includes(canaries.body), 'the mail that came is not the mail that was sent')
  await until(async () => (await statusOf(lethe, refused.id)) === 'bounced')
  equal(await statusOf(lethe, refused.id), 'bounced', 'the mail to an address that is none')
  await look('after sent, retried and bounced')

  const links = pages.flatMap((page) => [...linksIn(page, 'o'), ...linksIn(page, 'c')]).map(pathOf)
  const headers = { 'user-agent': canaries.agent, 'accept-language': 'de-DE' }
  // At once, so that they travel as a batch.
  const hit = (path: string) =>
    Promise.all([canaries.ip, canaries.ip6].map((from) => lethe.hit(path, { ...headers, 'x-forwarded-for': from })))
  await Promise.all(links.map(hit))
  await look('while hits are in the queue')
  await recorded(lethe)
  await look('after hits are recorded')

  await write(canaries.crashed)
  await until(() => sink.asked.includes(canaries.crashed))
  const before = lethe.log()
  await lethe.stop('SIGKILL')
  await look('after a crash')
  lethe = await stage.start(env)
  await sink.mailTo(canaries.crashed)
  await recorded(lethe)
  const output = looked.filter((each) => typeof each === 'string' && (before + lethe.log()).includes(each)).map(String)
  equal(await lethe.stop(), 0, 'the drain')
  await look('after a stop')
  return { found, moments, output, hits: links.length * 2, planted: await plantEverywhere(stage, env) }
}

const statusOf = async (lethe: Lethe, id: string): Promise<string> =>
  (await lethe.call<{ status: string }>('GET', `/v1/messages/${id}`)).json.status

/** A value over 2 KB into the queue (in a batch, then rewritten), the store and the log; each must be found again. */
async function plantEverywhere(stage: Stage, env: Parameters<typeof plant>[0]): Promise<readonly string[]> {
  const [store, log] = [`planted-${randomUUID()}`, `planted-${randomUUID()}`]
  const long = Buffer.from(`${'x'.repeat(3000)}${store}${'y'.repeat(3000)}`)
  await writeStore(env, `INSERT INTO meta (name, value) VALUES ('planted', ${literal(env, long)})`)
  appendFileSync(join(env.LETHE_DATA, 'lethe.log'), `{"at":"${new Date().toISOString()}","planted":"${log}"}\n`)
  const marks = { store, queue: await plant(env), log }
  const found = (await searched(stage, env, Object.values(marks))).filter((each) => !inLog(each))
  for (const [place, mark] of Object.entries(marks)) {
    const seen = found.some((each) => each.startsWith(mark))
    must(seen, `what was planted in the ${place} was not found: the search is blind`)
  }
  return Object.keys(marks)
}

/** None of `names` at any moment, with the search shown to see. */
export async function noNeedles(stage: Stage, names: readonly (keyof typeof canaries)[]): Promise<string> {
  const { found, moments, planted, output, hits } = await needles(stage)
  const values = names.map((name) => canaries[name])
  const mine = found.filter((each) => values.some((value) => each.includes(value)) || /…/.test(each))
  equal(mine.slice(0, 3), [], 'canaries in bytes')
  equal(
    output.filter((each) => values.some((value) => value === each)),
    [],
    'canaries in standard output',
  )
  must(planted.length === 3, 'nothing was planted')
  const tracked = hits > 0 ? `, ${hits} hits` : ''
  return `0 of ${values.length} needles in store, queue and log at ${moments.length} moments (retry, bounce, crash${tracked}); planted in ${planted.join(', ')} they are found`
}

/** The log file and standard output alone. */
export async function cleanLogs(stage: Stage): Promise<string> {
  const { found, output, planted, hits } = await needles(stage)
  equal(found.filter((each) => each.includes('.log')).slice(0, 3), [], 'canaries in the log')
  equal(output, [], 'canaries in standard output')
  must(planted.includes('log') && hits > 0, 'nothing was planted in the log, or nobody was tracked')
  return `0 of ${looked.length} needles (addresses packed and as text, agent, pages, links) in log and standard output after ${hits} hits; a planted one is found`
}
