import { join } from 'node:path'
import type { Ledger } from '../ledger/index.ts'
import { type Deliveries, newDeliveries, type OpenReaders, openReaders } from '../tracking/index.ts'
import type { Config } from './config.ts'
import type { Releases } from './releases.ts'

/** Where `lethe data update` puts the networks of their owners. */
export const networksFile = ({ data }: Pick<Config, 'data'>): string => join(data, 'networks.json')

export interface Instruments {
  readonly readers: OpenReaders
  readonly deliveries: Deliveries
}

/** How soon an update of the networks counts in a running tracker. */
const refreshMillis = 30_000

/** What the gate reads hits with. An update of the networks is taken up while it runs; a look-up never waits for one. */
export function openInstruments(config: Config, releases: Releases): Instruments {
  const deliveries = newDeliveries()
  const readers = readersOf(config, deliveries)
  const timer = setInterval(readers.refresh, refreshMillis).unref()
  releases.add(() => clearInterval(timer))
  return { readers, deliveries }
}

const readersOf = (config: Config, deliveries: Deliveries): OpenReaders =>
  openReaders({
    networksFile: networksFile(config),
    sinceDelivery: deliveries.since,
    ...(config.geo === null ? {} : { geoFile: config.geo }),
  })

/** What is wrong with them, for an audit: of those that serve, or of the files where none does. */
export function instrumentFaults(config: Config, serving: OpenReaders | null): readonly string[] {
  const readers = serving ?? readersOf(config, newDeliveries())
  return [readers.fault, readers.networks.fault].filter((fault) => fault !== null)
}

/** The ledger as the deliverer uses it: each hand-over is remembered for the seconds in which it tells who fetches. */
export const notingDeliveries = (ledger: Ledger, deliveries: Deliveries, now: () => number): Ledger => ({
  ...ledger,
  handOver: async (id, fence, leaseUntil) => {
    const mine = await ledger.handOver(id, fence, leaseUntil)
    if (mine) deliveries.note(id, now())
    return mine
  },
})
