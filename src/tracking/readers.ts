import { type Id, newNamer, randomBytes } from '../base/index.ts'
import type { About, Client, Evidence, Place, Readers } from '../gate/index.ts'
import { type Bursts, newBursts } from './bursts.ts'
import { decide, isStripped, ruleSet, type Weights, weighCircumstance, weighUserAgent } from './classify/index.ts'
import { readClient, readProxied } from './client.ts'
import { openAtlas } from './country.ts'
import { type NetworkKind, type Networks, openNetworks } from './networks/index.ts'

interface Reading {
  readonly client: Client
  readonly weights: Weights
  readonly stripped: boolean
}

export interface OpenReaders extends Readers {
  readonly bursts: Bursts
  /** What is wrong with the country database, or with the networks, as a code; null while nothing is. */
  readonly fault: 'geo_unreadable' | 'geo_broken' | null
  readonly networks: Pick<Networks, 'fault' | 'sets'>
  /** Takes up what `lethe data update` brought. */
  refresh(): void
}

export interface ReaderOptions {
  readonly geoFile?: string
  /** Where `lethe data update` puts networks. */
  readonly networksFile?: string
  readonly remembered?: number
  /** Milliseconds since a message was handed over, where this process knows. */
  readonly sinceDelivery?: (message: Id, at: number) => number | null
}

const nobody: Client = Object.freeze({ browser: null, os: null, device: null })
const nowhere: Place = Object.freeze({ country: null, region: null })
const longestAgent = 512
// Links that a browser fetches ahead say nothing of how fast its reader clicks.
const alone = Object.freeze({ linksAtOnce: 1, echo: false })

/**
 * The instruments of the gate. Readings of user agents are cached under a keyed hash whose key lives in this process's
 * memory only, so that no user agent stays in memory longer than the call that brought it. At most twice `remembered`.
 */
export function openReaders(options: ReaderOptions = {}): OpenReaders {
  const atlas = openAtlas(options.geoFile)
  const networks = openNetworks(options.networksFile ?? null)
  const bursts = newBursts()
  const { remembered = 4000, sinceDelivery = () => null } = options
  const nameOf = newNamer(randomBytes(32))
  // Two generations: what is asked for moves to the young one, what is not is gone after two turns.
  let young = new Map<string, Reading>()
  let old = new Map<string, Reading>()

  // One hit asks several instruments about the same things: what was found is kept until its turn is over, and no longer.
  let asked: { readonly userAgent: string; readonly found: Reading } | null = null
  let located: { readonly address: string; readonly kind: NetworkKind | null } | null = null
  const forget = (): void => {
    asked = null
    located = null
  }

  function reading(userAgent: string): Reading {
    if (asked?.userAgent === userAgent) return asked.found
    if (asked === null && located === null) queueMicrotask(forget)
    const found = remembering(userAgent)
    asked = { userAgent, found }
    return found
  }

  function kindOf(address: string): NetworkKind | null {
    if (located?.address === address) return located.kind
    if (asked === null && located === null) queueMicrotask(forget)
    const kind = networks.kindOf(address)
    located = { address, kind }
    return kind
  }

  function remembering(userAgent: string): Reading {
    const short = userAgent.length > longestAgent ? userAgent.slice(0, longestAgent) : userAgent
    const name = nameOf(short)
    const known = young.get(name)
    if (known) return known
    const found = old.get(name) ?? read(short)
    if (young.size >= remembered) {
      old = young
      young = new Map()
    }
    young.set(name, found)
    return found
  }

  function agent(evidence: Evidence, about: About): string {
    const { weights, stripped } = reading(evidence.userAgent)
    const { prefetch = false } = evidence
    const { linksAtOnce, echo } = prefetch ? alone : bursts.look(evidence, about)
    const circumstance = {
      kind: about.kind,
      method: evidence.method,
      prefetch,
      network: kindOf(evidence.address),
      stripped,
      sinceDelivery: about.shared ? null : sinceDelivery(about.message, evidence.at),
      linksAtOnce,
      echo,
    }
    return decide(weighCircumstance(circumstance, weights))
  }

  return {
    // A relay's country is where its operator put it, and an image proxy's is nobody's.
    place: (address) => (isElsewhere(kindOf(address)) ? nowhere : atlas.place(address)),
    client: (userAgent) => reading(userAgent).client,
    agent,
    ruleSet,
    bursts,
    networks,
    refresh: networks.refresh,
    get fault() {
      return atlas.fault
    },
  }
}

const isElsewhere = (kind: NetworkKind | null): boolean => kind === 'relay' || kind === 'image-proxy'

/** A proxy's or a scanner's user agent says nothing about the reader's system: null rather than wrong. */
function read(userAgent: string): Reading {
  const weights = weighUserAgent(userAgent)
  const agent = decide(weights)
  const stripped = isStripped(userAgent)
  if (agent === 'proxy') return { weights, stripped, client: readProxied(userAgent) }
  const told = (agent === 'person' || agent === 'unknown') && !stripped
  return { weights, stripped, client: told ? readClient(userAgent) : nobody }
}
