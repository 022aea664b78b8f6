/**
 * Looks at what the outside world sees of a sender. In: the settings and a way to ask name servers. Out: findings, each
 * with its next step. Forbidden: mail, personal data, and taking no answer for a good one.
 */
import { domainOf } from '../../base/index.ts'
import type { DkimKey } from '../../transport/index.ts'
import type { Config } from '../config.ts'
import { isLoopback } from '../loopback.ts'
import { examineDomain, examineReturnPath, within } from './domain.ts'
import { asked, type DoctorFinding, finding, type Outside } from './finding.ts'

export { type DoctorFinding, finding, type Outside, type State } from './finding.ts'
export { askOutside } from './outside.ts'

type Settings = Pick<Config, 'from' | 'senders' | 'waysOut' | 'publicUrl' | 'trustProxy' | 'log'> & {
  readonly returnPath: string | null
}

export async function examine(
  settings: Settings,
  keys: readonly DkimKey[],
  outside: Outside,
): Promise<readonly DoctorFinding[]> {
  const leaves = settings.waysOut.some(({ host }) => host !== null)
  const senders = [settings.from, ...[...settings.senders.values()].flatMap(({ from }) => from ?? [])]
  const named = senders.map((sender) => domainOf(/<([^<>]+)>$/.exec(sender)?.[1] ?? sender))
  const domains = leaves ? [...new Set(named)] : []
  const found = await Promise.all([
    ...domains.map((domain) => examineDomain({ domain, returnPath: settings.returnPath ?? domain, keys }, outside)),
    ...(leaves && settings.returnPath !== null ? [examineReturnPath(settings.returnPath, outside)] : []),
    ...settings.waysOut.map(({ host }) => server(host, outside)),
    asked('links', () => links(settings, domains, outside)),
    asked('logs', async () => logs(settings)),
  ])
  return found.flat()
}

/** The name that a server's address leads back to has to lead to that address (RFC 1912 section 2.1). */
async function server(host: string | null, outside: Outside): Promise<readonly DoctorFinding[]> {
  if (host === null) {
    return [finding('mail server', 'warn', 'the built-in mailbox: no mail leaves', 'Set LETHE_SMTP to a mail server.')]
  }
  if (isLoopback(host)) return [finding('mail server', 'ok', 'on this machine; ask its own address for PTR')]
  return asked(`PTR of ${host}`, async () => {
    const addresses = await outside.addresses(host)
    if (addresses.length === 0) return finding(`PTR of ${host}`, 'fail', 'it has no address', 'Check LETHE_SMTP.')
    const each = await Promise.all(
      addresses.map(async (address) => {
        const names = await outside.names(address)
        const back = await Promise.all(names.map((name) => outside.addresses(name)))
        return back.flat().includes(address)
      }),
    )
    if (each.every(Boolean)) return finding(`PTR of ${host}`, 'ok', 'its addresses lead back to their names')
    const next =
      'Ask whoever runs it for a PTR record; a server that only takes your mail and sends from others is fine.'
    return finding(`PTR of ${host}`, 'warn', 'an address has no name that leads back to it', next)
  })
}

async function links({ publicUrl }: Settings, domains: readonly string[], outside: Outside) {
  const host = publicUrl.hostname
  if (isLoopback(host)) {
    return finding(
      'links',
      'warn',
      'links in mail lead to this machine only',
      'Set LETHE_PUBLIC_URL to an https address.',
    )
  }
  const own = domains.some((domain) => within(host, domain))
  const found: DoctorFinding[] = [
    own
      ? finding('link host', 'ok', `${host} lies under a From domain`)
      : finding(
          'link host',
          'warn',
          `${host} lies under no From domain`,
          'Filters trust links of the sender’s own domain: put LETHE_PUBLIC_URL under it.',
        ),
  ]
  const status = await outside.status(new URL('/privacy', publicUrl).href)
  found.push(
    status === 200
      ? finding('HTTPS', 'ok', `${publicUrl.origin}/privacy answers`)
      : finding(
          'HTTPS',
          'fail',
          `${publicUrl.origin}/privacy answers ${status}`,
          'Lead this address to LETHE_TRACKER.',
        ),
  )
  return found
}

function logs({ trustProxy, log }: Settings): DoctorFinding {
  if (trustProxy.trim() !== '') {
    const next =
      'Switch its access log off for /o, /c, /u, /me and /v: examples/proxy-logs has nginx, Caddy and HAProxy.'
    return finding('logs', 'warn', 'a proxy stands before Lethe, whose log Lethe cannot see', next)
  }
  return finding(
    'logs',
    'ok',
    log === null ? 'standard output, no personal data' : 'a file that Lethe ages by the policy',
  )
}
