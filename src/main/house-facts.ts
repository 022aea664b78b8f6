import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Finding } from '../ledger/index.ts'
import { queueHosts } from '../queue/index.ts'
import type { OpenReaders } from '../tracking/index.ts'
import type { HouseFacts } from '../upkeep/index.ts'
import type { Config } from './config.ts'
import { foreignKinds } from './data-files.ts'
import { instrumentFaults } from './instruments.ts'
import { isLoopback } from './loopback.ts'
import { openPeers } from './sockets.ts'

/** What only a process that serves can say of itself; empty while the stores are opened for one command. */
export interface Serving {
  upkeepSince: number | null
  tracker: boolean
  readers: OpenReaders | null
  /** The last audit that ran here, for the metrics. */
  audited: { readonly at: number; readonly counts: Readonly<Record<Finding['result'], number>> } | null
}

/** How many promises came out how. */
export function countFindings(findings: readonly Finding[]): Readonly<Record<Finding['result'], number>> {
  const count = (result: Finding['result']) => findings.filter((each) => each.result === result).length
  return {
    proved: count('proved'),
    attested: count('attested'),
    unproven: count('unproven'),
    violated: count('violated'),
  }
}

/** The house as the audit sees it. */
export function houseFacts(config: Config, serving: Serving, keysBesideData: boolean): HouseFacts {
  const urls = [
    ...config.waysOut.map(({ url }) => ({ use: 'mail' as const, url })),
    { use: 'store' as const, url: config.store },
    ...(config.telemetry ? [{ use: 'traces' as const, url: config.telemetry.endpoint.href }] : []),
  ]
  const queue = queueHosts(config.queue).map((host) => ({ use: 'queue' as const, host }))
  const hosts = [...urls.map(({ use, url }) => ({ use, host: URL.parse(url)?.hostname ?? '' })), ...queue].filter(
    ({ host }) => host !== '' && !isLoopback(host),
  )
  return {
    hosts,
    trustedProxies: config.trustProxy.split(',').filter((range) => range.trim() !== '').length,
    upkeepSince: serving.upkeepSince,
    publishedDigest: serving.tracker ? () => publishedDigest(config) : null,
    peers: openPeers() === null ? null : () => openPeers() ?? [],
    addressesOf: async (host) =>
      isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address),
    keysBesideData,
    foreignKinds: () => foreignKinds(config),
    instrumentFaults: () => instrumentFaults(config, serving.readers),
  }
}

/**
 * Asks the public side itself, as anybody could: the digest under the notice, once its tag says the same (RFC 9110 section
 * 8.8.3: the digest in quotes).
 */
async function publishedDigest({ tracker }: Config): Promise<string> {
  const host = tracker.host === '0.0.0.0' ? '127.0.0.1' : tracker.host
  const base = `http://${host.includes(':') ? `[${host}]` : host}:${tracker.port}`
  // A connection of its own: one that is kept open would hold the next stop up.
  const answer = await fetch(`${base}/privacy`, {
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(5000),
  })
  const tag = (answer.headers.get('etag') ?? '').replaceAll('"', '')
  const page = await answer.text()
  return page.includes(`>${tag}<`) ? tag : 'another digest than its tag'
}
