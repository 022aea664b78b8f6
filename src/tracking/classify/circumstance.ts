import type { EventKind } from '../../policy/policy.ts'
import type { NetworkKind } from '../networks/index.ts'
import { type Rule, strengths, type Weights } from './rule.ts'

/** What surrounds a hit, read in memory and forgotten with it. */
export interface Circumstance {
  readonly kind: EventKind
  readonly method: string
  /** The client said itself that it fetches ahead. */
  readonly prefetch: boolean
  readonly network: NetworkKind | null
  /** A user agent that Apple's and Microsoft's picture fetchers share. */
  readonly stripped: boolean
  /** Milliseconds since the mail was handed over; null where this process does not know. */
  readonly sinceDelivery: number | null
  /** Different links of this message clicked within the burst's window, this one included. */
  readonly linksAtOnce: number
  /** The same link was clicked moments ago by somebody else. */
  readonly echo: boolean
}

interface CircumstanceRule extends Rule {
  readonly test: (circumstance: Circumstance) => boolean
}

const earlyMillis = 10_000

/** Rules about where, when and how often. What a client says of itself is weighed elsewhere. */
export const circumstanceRules: readonly CircumstanceRule[] = [
  {
    id: 'head',
    reason: 'asks for headers only, which shows nothing to anybody',
    toward: 'scanner',
    strength: 'proof',
    test: ({ method }) => method === 'HEAD',
  },
  {
    id: 'says-prefetch',
    reason: 'a browser says that it fetches ahead of its reader, who may never follow',
    toward: 'prefetch',
    strength: 'proof',
    test: ({ prefetch }) => prefetch,
  },
  {
    id: 'microsoft-click',
    reason: "Safe Links opens links from Microsoft's own addresses; people click from theirs",
    toward: 'scanner',
    strength: 'evidence',
    test: ({ kind, network }) => kind === 'click' && network === 'microsoft',
  },
  {
    id: 'microsoft-picture',
    reason:
      'Outlook fetches pictures for its readers from Microsoft, with the user agent that Apple uses ahead of them',
    toward: 'proxy',
    strength: 'evidence',
    test: ({ kind, network, stripped }) => kind === 'open' && network === 'microsoft' && stripped,
  },
  {
    id: 'scanner-network',
    reason: 'from a network that its owner names as a scanner',
    toward: 'scanner',
    strength: 'evidence',
    test: ({ network }) => network === 'scanner',
  },
  {
    id: 'image-proxy-network',
    reason: "a picture fetched from a mail provider's image proxy",
    toward: 'proxy',
    strength: 'evidence',
    test: ({ kind, network }) => kind === 'open' && network === 'image-proxy',
  },
  {
    id: 'cloud-network',
    reason: 'from a data centre: scanners live there, and so do office proxies and VPNs',
    toward: 'scanner',
    strength: 'hint',
    test: ({ network }) => network === 'cloud',
  },
  {
    id: 'early',
    reason: 'within seconds of the delivery: few people are that quick, and scanners nearly always are',
    toward: 'scanner',
    strength: 'hint',
    test: ({ sinceDelivery }) => sinceDelivery !== null && sinceDelivery < earlyMillis,
  },
  {
    id: 'two-links-at-once',
    reason: 'two links of one mail within seconds',
    toward: 'scanner',
    strength: 'hint',
    test: ({ linksAtOnce }) => linksAtOnce === 2,
  },
  {
    id: 'links-at-once',
    reason: 'three or more links of one mail within seconds: nobody reads that fast, and scanners try them all',
    toward: 'scanner',
    strength: 'evidence',
    test: ({ linksAtOnce }) => linksAtOnce >= 3,
  },
  {
    id: 'echo',
    reason: 'the same link again moments later from elsewhere: a gateway that repeats what a person did',
    toward: 'scanner',
    strength: 'hint',
    test: ({ echo }) => echo,
  },
]

/** Without an array in between: this is asked for each hit, and what a user agent says comes from a cache. */
export function weighCircumstance(circumstance: Circumstance, told: Weights): Weights {
  let sum: { -readonly [K in keyof Weights]: number } | null = null
  for (const { test, toward, strength } of circumstanceRules) {
    if (!test(circumstance)) continue
    sum ??= { ...told }
    sum[toward] += strengths[strength]
  }
  return sum ?? told
}
