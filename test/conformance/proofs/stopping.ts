import { atRest, recordQueueInRedis } from '../../journeys/record-queue.ts'
import { haveRedis, openRedis } from '../../journeys/redis.ts'
import { equal, must } from '../row.ts'
import { decide, draft, linksIn, pathOf, reader, received, send, trackingConsent } from '../stage/letters.ts'
import { until } from '../stage/patience.ts'
import type { Stage } from '../stage/stage.ts'

/** A queued mail is dropped when its reader opts out before it goes: looked up again in the moment before SMTP. */
export async function optOutReachesQueued(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const sink = await stage.sink()
  const [leaver, stayer] = ['leaver@people.example', 'stayer@people.example']
  const consents = ['campaign'] as const
  const lines = [leaver, stayer].map((email) => ({ email, consents }))
  for (const email of [leaver, stayer]) await decide(lethe, email, 'campaign', 'granted', { source: 'relationship' })
  const first = await draft(lethe, 'campaign', lines)
  await first.start()
  const [way = ''] = linksIn(await received(sink, leaver), 'u').map(pathOf)
  must(way, 'the mail shows no way out')
  const second = await draft(lethe, 'campaign', lines)
  equal([second.accepted, (await second.counts()).queued], [2, 2], 'mails queued before the opt-out')
  equal((await lethe.hit(way)).status, 200, 'the page behind the link')
  equal(
    (
      await lethe.hit(
        way,
        { 'content-type': 'application/x-www-form-urlencoded' },
        'POST',
        'List-Unsubscribe=One-Click',
      )
    ).status,
    200,
    'one click',
  )
  await second.start()
  const counts = await until(async () => {
    const seen = await second.counts()
    return seen.queued === 0 ? seen : null
  })
  equal([counts?.sent, counts?.refused], [1, 1], 'sent and refused')
  equal(sink.mails.filter(({ to }) => to === leaver).length, 1, 'mails to whoever opted out')
  return 'one click between queueing and SMTP: that mail is dropped, the other is sent; looking at the page had changed nothing'
}

/** Opted out of offers: refused; what was asked for, and notices of changes, still come. */
export async function noticesStillCome(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'quiet@people.example'
  await decide(lethe, to, 'campaign', 'granted', { source: 'relationship' })
  equal((await send(lethe, to, { purpose: 'campaign' })).status, 'queued', 'an offer before the opt-out')
  const html = await received(await stage.sink(), to)
  const [way = ''] = linksIn(html, 'u').map(pathOf)
  equal((await lethe.hit(way, {}, 'POST', 'List-Unsubscribe=One-Click')).status, 200, 'one click')
  equal((await send(lethe, to, { purpose: 'campaign' })).status, 'refused', 'an offer after the opt-out')
  const notice = await send(lethe, to, { subject: 'This policy changes' })
  equal(notice.status, 'queued', 'a notice of a change')
  await until(async () => (await stage.sink()).mails.filter((mail) => mail.to === to).length === 2)
  equal((await stage.sink()).mails.filter((mail) => mail.to === to).length, 2, 'mails that came')
  return 'after one click the next offer is refused, and the notice of a change is sent'
}

/** A withdrawal reaches queued mail, and mail that is already sent: its next hit adds no byte to the queue. */
export async function withdrawalEverywhere(stage: Stage, policy: string): Promise<string> {
  must(haveRedis, 'redis-server is not installed, and the bytes of the queue are compared in it')
  const server = await openRedis()
  const recordQueue = () => recordQueueInRedis(server.url)
  try {
    const roles = 'tracker,api,send,upkeep'
    const env = await stage.swift({ LETHE_POLICY: policy, LETHE_QUEUE: server.url, LETHE_ROLES: roles })
    const lethe = await stage.start(env)
    const to = 'withdrawn@people.example'
    await send(lethe, to, { consent: trackingConsent() })
    const html = await received(await stage.sink(), to)
    const links = [linksIn(html, 'o')[0], linksIn(html, 'c')[0]].map((link) => pathOf(link ?? ''))
    const empty = await recordQueue()
    await lethe.hit(links[0] ?? '', reader)
    const one = await atRest(recordQueue)
    must(one !== empty, 'a granted hit is not in the queue: the comparison is blind')
    const queued = await draft(lethe, 'deliver', [{ email: to, consents: ['tracking'] }])
    await decide(lethe, to, 'insight', 'withdrawn')
    for (const path of links) {
      const answer = await lethe.hit(path, reader)
      must([200, 302].includes(answer.status), `a hit after the withdrawal was answered ${answer.status}`)
    }
    equal(await recordQueue(), one, 'the record queue after hits of somebody who withdrew')
    const before = (await stage.sink()).mails.length
    await queued.start()
    await until(async () => (await stage.sink()).mails.length > before)
    const late = (await stage.sink()).mails.findLast((mail) => mail.to === to)
    must(late && (await stage.sink()).mails.length > before, 'the queued mail did not come')
    equal(/\/[oc]\/[\w-]{20}/.test(late.raw), false, 'tracking in a mail that was queued before the withdrawal')
    await lethe.stop()
    return `under ${policy}, on Redis with the record workers stopped: a hit after the withdrawal is answered and adds no byte; mail queued before it leaves untracked`
  } finally {
    server.close()
  }
}
