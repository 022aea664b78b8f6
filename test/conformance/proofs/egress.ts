import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Lethe } from '../../journeys/lethe.ts'
import { htmlOf } from '../../journeys/sink.ts'
import { equal, must } from '../row.ts'
import { newCertificate } from '../stage/certificate.ts'
import { linksIn, pathOf, reader, send, trackingConsent } from '../stage/letters.ts'
import { haveNamespaces, openNamespace } from '../stage/namespace.ts'
import { until } from '../stage/patience.ts'
import { openSink, type Sink } from '../stage/sink.ts'
import { watchSockets } from '../stage/sockets.ts'
import type { Stage } from '../stage/stage.ts'
import { deployment } from './start.ts'

const host = 'smtp.relay.example'

/** Of everything that a run does, nothing goes anywhere but to the policy's declared processor. */
export const egress = (stage: Stage): Promise<string> =>
  stage.once('egress', () => (haveNamespaces() ? inNamespace(stage) : bySockets(stage)))

async function inNamespace(stage: Stage): Promise<string> {
  const network = await openNamespace([host])
  const certificate = newCertificate([host])
  const sink = await openSink(certificate, network.here)
  try {
    const env = await stage.embedded({
      LETHE_POLICY: stage.file(await deployment(stage, [host])),
      LETHE_SMTP: `smtp://${host}:${sink.port}`,
      LETHE_TRACKER: `${network.there}:8080`,
      LETHE_API: `${network.there}:8081`,
      LETHE_PUBLIC_URL: 'https://mail.conformance.example',
      NODE_EXTRA_CA_CERTS: certificate.path,
    })
    const lethe = await stage.start(env, { prefix: network.prefix })
    await aRun(lethe, sink)
    const { connects, datagrams } = network.counted(lethe.pid)
    equal(connects, sink.connections, 'connections opened in the namespace, of which those at the processor')
    // An audit looks at its own public page: what it opens inside must be accepted inside, beside this call.
    const before = network.counted(lethe.pid)
    equal((await lethe.call('GET', '/v1/audit')).status, 200, 'audit')
    const after = network.counted(lethe.pid)
    equal(
      after.connects - before.connects,
      after.accepted - before.accepted - 1,
      'connections opened by an audit, of which to itself',
    )
    equal(datagrams, 0, 'datagrams sent in the namespace beside look-ups')
    const names = [...new Set(network.lookups)]
    equal(names, [host], 'names looked up')

    // What the instruments would see: a connect to somebody else, and a look-up of somebody else.
    const other =
      "require('net').connect(443,'203.0.113.9').on('error',()=>{});require('dns').lookup('planted.example',()=>{})"
    const planted = [...network.prefix, process.execPath, '-e', `${other};setTimeout(()=>process.exit(),900)`]
    await promisify(execFile)(planted[0]!, planted.slice(1))
    must(network.counted(lethe.pid).connects > after.connects, 'a planted connect was not counted')
    must(network.lookups.includes('planted.example'), 'a planted look-up was not seen')
    await lethe.stop()
    return `in a network namespace: all ${connects} connections and ${names.length} name of a whole run go to the declared processor, an audit's to itself; a planted connect and look-up were seen`
  } finally {
    await sink.close().catch(() => {})
    network.close()
  }
}

async function bySockets(stage: Stage): Promise<string> {
  const sink = await stage.sink()
  const lethe = await stage.start(await stage.embedded())
  const watch = watchSockets(lethe.pid)
  await aRun(lethe, sink)
  const peers = watch.stop()
  must(
    peers.some(({ port }) => port === sink.port),
    'the watch did not even see the mail server',
  )
  const strangers = peers.filter(({ address, port }) => !(address.startsWith('127.') && port === sink.port))
  equal(strangers, [], 'sockets to somebody else')
  await lethe.stop()
  return `by /proc/net of the process tree (no network namespace here): sockets to the mail server alone`
}

/** Mail out, hits in, pages read, house kept. */
async function aRun(lethe: Lethe, sink: Sink): Promise<void> {
  const people = ['egress.a@people.example', 'later.egress@people.example']
  for (const to of people) await send(lethe, to, { consent: trackingConsent() })
  for (const to of people) {
    const html = htmlOf(await sink.mailTo(to))
    const links = ['o', 'c', 'u', 'me'].flatMap((route) => linksIn(html, route).map(pathOf))
    must(links.length > 0, 'the mail has no links of its own')
    for (const path of links) await lethe.hit(path, { ...reader, 'x-forwarded-for': '198.51.100.7' })
    for (const path of links.filter((each) => each.startsWith('/u/'))) {
      equal((await lethe.hit(path, {}, 'POST', 'List-Unsubscribe=One-Click')).status, 200, 'one-click')
    }
  }
  for (const path of ['/privacy', '/nothing']) await lethe.hit(path)
  equal((await lethe.call('POST', '/v1/purge', {})).status, 200, 'purge')
  await until(() => sink.mails.length >= people.length, 5)
  await sleep(1000)
}
