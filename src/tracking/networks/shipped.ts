import { Fault } from '../../base/index.ts'
import { rangeOf } from './address.ts'
import type { NetworkKind, NetworkSet } from './kind.ts'

interface Known {
  readonly name: string
  readonly kind: NetworkKind
  readonly ranges: string
}

/**
 * The networks that matter for mail, in the coarse blocks that their owners hold; summarised by hand from the registries of
 * addresses and the owners' own pages. They age: `lethe data update` puts the owners' full lists in their place.
 */
const date = '2026-11-01'
const known: readonly Known[] = [
  {
    name: 'apple-private-relay',
    kind: 'relay',
    // The parts that Akamai, Cloudflare and Fastly set aside for Apple.
    ranges: `172.224.0.0/14 104.28.0.0/16 140.248.0.0/16 146.75.128.0/17
      2606:54c0::/30 2a02:26f7::/32 2a04:4e41::/32 2a09:bac2::/31`,
  },
  {
    name: 'google-image-proxy',
    kind: 'image-proxy',
    ranges: '66.102.6.0/23 66.102.8.0/23 66.249.80.0/20 64.233.172.0/23 74.125.208.0/20 72.14.199.0/24',
  },
  {
    name: 'microsoft',
    kind: 'microsoft',
    // Exchange Online, its protection and its picture fetchers; and the blocks that Safe Links detonates from.
    ranges: `4.144.0.0/12 4.160.0.0/11 4.192.0.0/10 23.96.0.0/13 48.192.0.0/10 57.152.0.0/13 57.160.0.0/12 72.144.0.0/14
      74.160.0.0/14 74.224.0.0/14 98.64.0.0/14 135.224.0.0/12 172.160.0.0/11 172.192.0.0/12 172.208.0.0/13 40.64.0.0/10 13.64.0.0/11 13.96.0.0/13 13.104.0.0/14 20.0.0.0/11 20.33.0.0/16 20.34.0.0/15 20.36.0.0/14
      20.40.0.0/13 20.48.0.0/12 20.64.0.0/10 20.128.0.0/16 20.135.0.0/16 20.136.0.0/16 20.140.0.0/15 20.143.0.0/16
      20.144.0.0/14 20.150.0.0/15 20.157.0.0/16 20.160.0.0/12 20.176.0.0/14 20.180.0.0/14 20.184.0.0/13 20.192.0.0/10
      51.104.0.0/15 51.107.0.0/16 51.116.0.0/16 51.120.0.0/16 51.124.0.0/16 51.132.0.0/16 51.136.0.0/15 51.138.0.0/16
      51.140.0.0/14 51.144.0.0/15 52.96.0.0/12 52.112.0.0/14 52.122.0.0/15 52.125.0.0/16 52.126.0.0/15 52.136.0.0/13
      52.145.0.0/16 52.146.0.0/15 52.148.0.0/14 52.152.0.0/13 52.160.0.0/11 52.224.0.0/11 104.40.0.0/13
      104.47.0.0/17 104.146.128.0/17 104.208.0.0/13 65.52.0.0/14 70.37.0.0/17 94.245.64.0/18 131.253.0.0/16
      132.245.0.0/16 134.170.0.0/16 137.116.0.0/15 138.91.0.0/16 150.171.0.0/16 157.55.0.0/16 157.56.0.0/14
      168.61.0.0/16 168.62.0.0/15 191.232.0.0/13 204.79.196.0/23 207.46.0.0/16 213.199.128.0/18
      2603:1000::/24 2a01:110::/31 2620:1ec::/36`,
  },
  {
    name: 'scanners',
    kind: 'scanner',
    // Mail gateways and surveyors of the internet, as they publish themselves.
    ranges: `67.231.144.0/20 148.163.128.0/19 205.220.160.0/19 64.235.144.0/20 209.222.80.0/21 207.211.30.0/24
      146.101.78.0/24 185.58.84.0/22 91.220.42.0/24 216.104.0.0/20 162.142.125.0/24 167.94.138.0/24 167.94.145.0/24
      167.94.146.0/24 167.248.133.0/24 199.45.154.0/23 206.168.34.0/24 198.235.24.0/24 205.210.31.0/24 147.185.132.0/23`,
  },
  {
    name: 'google-cloud',
    kind: 'cloud',
    ranges:
      '34.0.0.0/9 34.128.0.0/10 35.184.0.0/13 35.192.0.0/11 35.224.0.0/12 35.240.0.0/13 104.154.0.0/15 104.196.0.0/14 2600:1900::/28',
  },
  {
    name: 'amazon',
    kind: 'cloud',
    ranges: `3.0.0.0/9 3.128.0.0/9 13.48.0.0/12 13.192.0.0/11 13.224.0.0/12 18.128.0.0/9 34.192.0.0/10 35.80.0.0/12 35.152.0.0/13
      35.160.0.0/12 35.176.0.0/13 44.192.0.0/10 52.0.0.0/10 52.64.0.0/12 52.192.0.0/11 54.64.0.0/10 54.128.0.0/9
      99.77.128.0/17 2600:1f00::/24 2406:da00::/24 2a05:d000::/25`,
  },
]

const broken = (name: string) =>
  new Fault(
    'networks_broken',
    `The networks of ${name} that Lethe ships are not in order.`,
    'Install Lethe anew, and report this.',
  )

/** Parsed at the call and not at import; each entry of the table is sound, or this throws at the first start. */
export const shippedNetworks = (): readonly NetworkSet[] =>
  known.map(({ name, kind, ranges }) => ({
    name,
    kind,
    date,
    ranges: ranges.split(/\s+/).map((text) => {
      const range = rangeOf(text)
      if (range === null) throw broken(name)
      return range
    }),
  }))
