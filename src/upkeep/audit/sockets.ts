import type { Policy } from '../../policy/policy.ts'
import { type Answer, proved, unproven, violated } from './answer.ts'

/** The other end of a socket of this process, off loopback. */
export interface Peer {
  readonly address: string
  readonly port: number
  /** It came to one of our own listening ports: a reader, an application, a proxy. */
  readonly inbound: boolean
}

export interface SocketsAudited {
  readonly policy: Pick<Policy, 'processors'>
  readonly hosts: readonly { readonly host: string }[]
  /** Null where this platform does not tell. */
  readonly peers: (() => readonly Peer[]) | null
  /** Addresses of a host that is declared or configured. Throws where the name cannot be looked up. */
  readonly addressesOf: (host: string) => Promise<readonly string[]>
}

/**
 * What is open at this moment against who was declared: the settings say whom Lethe means to talk to, its sockets say whom it
 * talks to. Nobody's name is looked up but a declared host's, and no address leaves here.
 */
export async function socketsAnswer({ policy, hosts, peers, addressesOf }: SocketsAudited): Promise<Answer> {
  const open = peers?.() ?? null
  if (open === null) return unproven('this platform does not show the sockets of a process')
  const inbound = open.filter((each) => each.inbound).length
  const outbound = open.filter((each) => !each.inbound)
  const seen = `${outbound.length} outgoing and ${inbound} incoming off loopback at this moment`
  if (outbound.length === 0) return proved(seen)
  const known = new Set<string>()
  let unknown = 0
  const declared = new Set([...hosts.map(({ host }) => host), ...policy.processors.flatMap((each) => each.hosts)])
  for (const host of declared) {
    try {
      for (const address of await addressesOf(host)) known.add(address)
    } catch {
      unknown += 1
    }
  }
  const strange = outbound.filter(({ address }) => !known.has(address))
  if (strange.length === 0) return proved(`${seen}, each to a declared host`)
  const ports = [...new Set(strange.map(({ port }) => port))].sort((a, b) => a - b).join(', ')
  const detail = `${strange.length} sockets to addresses of no declared host (port ${ports})`
  return unknown > 0 ? unproven(`${detail}, but ${unknown} declared names could not be looked up`) : violated(detail)
}
