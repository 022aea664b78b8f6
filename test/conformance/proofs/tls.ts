import { equal, must } from '../row.ts'
import { type Certificate, newCertificate } from '../stage/certificate.ts'
import { send } from '../stage/letters.ts'
import { haveNamespaces, openNamespace } from '../stage/namespace.ts'
import { until } from '../stage/patience.ts'
import { openSink } from '../stage/sink.ts'
import type { Stage } from '../stage/stage.ts'
import { deployment } from './start.ts'

const host = 'smtp.relay.example'

/**
 * Under `tls: required` no mail reaches a server that speaks in clear, or whose certificate nobody vouches for; a good
 * server gets it. Off loopback, which is no hop: in a network namespace.
 */
export const tlsRequired = (stage: Stage): Promise<string> => stage.once('tls', () => required(stage))

async function required(stage: Stage): Promise<string> {
  must(haveNamespaces(), 'the first hop off loopback needs a network namespace: root and iproute2')
  const network = await openNamespace([host])
  const good = newCertificate([host])
  const servers: readonly (readonly [name: string, certificate: Certificate | null, arrives: boolean])[] = [
    ['plaintext', null, false],
    ['a certificate of nobody', newCertificate([host]), false],
    ["another name's certificate", newCertificate(['other.example']), false],
    ['a good certificate', good, true],
  ]
  const document = { ...(await deployment(stage, [host])), transport: { tls: 'required' } }
  const policy = stage.file(document)
  const tried: string[] = []
  try {
    for (const [index, [name, certificate, arrives]] of servers.entries()) {
      const sink = await openSink(certificate, network.here)
      const env = await stage.embedded({
        ...{ LETHE_POLICY: policy, LETHE_SMTP: `smtp://${host}:${sink.port}`, NODE_EXTRA_CA_CERTS: good.path },
        LETHE_TRACKER: `${network.there}:${8100 + 2 * index}`,
        LETHE_API: `${network.there}:${8101 + 2 * index}`,
        LETHE_PUBLIC_URL: 'https://mail.conformance.example',
      })
      const lethe = await stage.start(env, { prefix: network.prefix })
      const { id } = await send(lethe, 'tls@people.example', { text: 'Hello.', html: undefined })
      await until(() => sink.connections > 0)
      must(sink.connections > 0, `nobody connected to the server with ${name}`)
      if (arrives) await sink.mailTo('tls@people.example')
      await until(() => sink.mails.length > 0, arrives ? 1 : 3)
      equal(sink.mails.length, arrives ? 1 : 0, `mails that reached the server with ${name}`)
      const { status } = (await lethe.call<{ status: string }>('GET', `/v1/messages/${id}`)).json
      if (!arrives)
        must(['queued', 'sending'].includes(status), `the mail is ${status}; it should wait for a better server`)
      tried.push(name)
      await lethe.stop('SIGKILL')
      await sink.close()
    }
  } finally {
    network.close()
  }
  return `with tls: required, off loopback: ${tried.slice(0, -1).join(', ')}: nothing sent, the mail waits; ${tried.at(-1)}: sent`
}

/** The mode is declared, and the notice says which it is. */
export async function tlsDeclared(stage: Stage, mode: 'required' | 'opportunistic'): Promise<string> {
  const { out } = await stage.run(['policy', 'explain', stage.policy])
  const words = { required: 'is encrypted, or does not happen', opportunistic: 'is encrypted where that server can' }
  must(out.replace(/\s+/g, ' ').includes(words[mode]), `policy explain does not say that the first hop ${words[mode]}`)
  return `declared: ${mode}`
}
