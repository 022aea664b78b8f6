import { Fault } from '../base/index.ts'
import type { Policy } from '../policy/index.ts'
import { type Config, ConfigFault } from './config.ts'
import { isLoopback } from './loopback.ts'

const undeclared = (host: string) =>
  new Fault(
    'processor_undeclared',
    `Mail would be handed to ${host}, which is none of the processors of the policy that is still in force.`,
    'Send through a host that it declares until the new policy counts; people have to be told of it first.',
  )

/**
 * The servers that take the mail over, held to every policy that has a say: the one in force, and one that waits. TLS as the
 * stricter of them wants it. Loopback is no hop: nothing is on the way there that could read along, and what listens there
 * (a relay, a tunnel) speaks for itself; off this machine there is no exception.
 */
export function firstHop({ waysOut }: Config, policies: readonly Policy[]): { readonly tls: Policy['tls'] } {
  const hosts = waysOut.flatMap(({ host }) => (host === null || isLoopback(host) ? [] : [host]))
  if (hosts.length === 0) return { tls: 'opportunistic' }
  for (const { processors } of policies) {
    const declared = processors.flatMap((processor) => processor.hosts)
    const missing = hosts.filter((host) => !declared.includes(host))
    if (missing.length > 0) throw new ConfigFault(missing.map(undeclared))
  }
  return { tls: policies.some(({ tls }) => tls === 'required') ? 'required' : 'opportunistic' }
}
