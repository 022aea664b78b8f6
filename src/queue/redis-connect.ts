import { Cluster, type CommonRedisOptions, Redis } from 'ioredis'
import type { Node, RedisAddress } from './redis-address.ts'
import { settling } from './redis-cluster.ts'

export type RedisClient = Redis | Cluster

/** `swift` fails in time and keeps nothing for later; `patient` waits for as long as it takes. */
export type Temper = 'swift' | 'patient'

export interface Connector {
  connect(temper: Temper): RedisClient
  /** For listening, which is a connection to one server also in a Cluster: its nodes tell each other what is published. */
  ear(): Redis
  /** One server by its address, past Sentinels and slots. */
  node(node: Node): Redis
}

// ioredis types its replies by `replyMapping`; without that option they are what Redis sends.
type Settings = Omit<CommonRedisOptions, 'replyMapping' | 'retryStrategy' | 'enableOfflineQueue'>
type Shape = (address: RedisAddress, base: Settings, patience: number) => Connector

const again = (times: number): number => Math.min(50 * 2 ** Math.min(times, 5), 1000)

/** A client for each shape of address, not yet connected, and settings that hold for all of them. */
export function redisConnector(address: RedisAddress, patience: number, failed: () => void): Connector {
  const { username, password, db, tls } = address
  const base: Settings = {
    ...{ username, password, db },
    ...(tls ? { tls } : {}),
    lazyConnect: true,
    connectTimeout: patience,
    keepAlive: 5000,
  }
  const connector = shapes[address.shape](address, base, patience)
  const watched = <Client extends RedisClient>(client: Client): Client => {
    client.on('error', failed)
    return client
  }
  return {
    connect: (temper) => watched(connector.connect(temper)),
    ear: () => watched(connector.ear()),
    node: (node) => watched(connector.node(node)),
  }
}

const swift = (patience: number) => ({ maxRetriesPerRequest: 0, commandTimeout: patience })
const patient = { maxRetriesPerRequest: null }
const tempered = (temper: Temper, patience: number) => (temper === 'swift' ? swift(patience) : patient)

const alone: Shape = ({ nodes: [first] }, base, patience) => {
  const node = (place: Node) => new Redis({ ...base, ...place, ...swift(patience), retryStrategy: again })
  return {
    connect: (temper) =>
      new Redis({
        ...base,
        ...first,
        ...tempered(temper, patience),
        retryStrategy: again,
        enableOfflineQueue: temper === 'patient',
      }),
    ear: () => new Redis({ ...base, ...first, ...swift(patience), retryStrategy: again, autoResubscribe: false }),
    node,
  }
}

const sentinel: Shape = (address, base, patience) => {
  const { nodes, master, sentinel: account, tls } = address
  const behind = {
    ...base,
    sentinels: nodes.map((each) => ({ ...each })),
    name: master,
    ...(account.username === undefined ? {} : { sentinelUsername: account.username }),
    ...(account.password === undefined ? {} : { sentinelPassword: account.password }),
    ...(tls ? { sentinelTLS: tls, enableTLSForSentinelMode: true } : {}),
    sentinelCommandTimeout: patience,
    sentinelRetryStrategy: again,
    retryStrategy: again,
  }
  return {
    ...alone(address, base, patience),
    connect: (temper) =>
      new Redis({ ...behind, ...tempered(temper, patience), enableOfflineQueue: temper === 'patient' }),
    ear: () => new Redis({ ...behind, ...swift(patience), autoResubscribe: false }),
  }
}

// A slot that moves or loses its master is asked for again; a patient client never gives that up.
const turns = { swift: 16, patient: 1_000_000 } as const

const cluster: Shape = (address, { db: _db, ...base }, patience) => {
  const { nodes } = address
  const single = alone(address, base, patience)
  return {
    ...single,
    connect: (temper) =>
      settling(
        new Cluster(
          nodes.map((each) => ({ ...each })),
          {
            lazyConnect: true,
            enableOfflineQueue: temper === 'patient',
            maxRedirections: turns[temper],
            retryDelayOnFailover: 100,
            retryDelayOnClusterDown: 100,
            slotsRefreshTimeout: patience,
            // A replica that took over is found by asking, and nobody tells us to ask.
            slotsRefreshInterval: 5000,
            clusterRetryStrategy: again,
            redisOptions: { ...base, ...tempered(temper, patience) },
          },
        ),
      ),
    ear: () => {
      const ear = single.ear()
      let turn = 0
      // The next attempt goes to the next node: ioredis reads host and port anew at each.
      ear.on('close', () => {
        turn = (turn + 1) % nodes.length
        Object.assign(ear.options, nodes[turn])
      })
      return ear
    },
  }
}

const shapes: Readonly<Record<RedisAddress['shape'], Shape>> = { alone, sentinel, cluster }

/**
 * Ends a connection as a cut cable would. `disconnect` will not do on a single server: ioredis then forgets the commands
 * that wait for an answer, and whoever sent one waits for ever; after a cut a patient client sends them again.
 */
export function cut(client: RedisClient): void {
  if (client instanceof Cluster) client.disconnect(true)
  else client.stream.destroy()
}

/** The servers that hold our keys, or may have held them: in a Cluster slots move. */
export const mastersOf = (client: RedisClient): readonly Redis[] =>
  client instanceof Cluster ? client.nodes('master') : [client]
