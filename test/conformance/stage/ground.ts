import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { chromiumPath, openChromium } from '../../journeys/chromium.ts'
import { environment, folder, startLethe } from '../../journeys/lethe.ts'
import { openPostgres, type PostgresServer } from '../../journeys/postgres.ts'
import { openRedis } from '../../journeys/redis.ts'
import type { ShapeName } from './shape.ts'

type Settings = Readonly<Record<string, string>>

/**
 * What the many Lethes of one run stand on, so that each is there in seconds: the compiled code of the others, an embedded
 * queue that was opened and drained once, servers that several share. All of it is what a second start of a Lethe finds.
 */
export interface Ground {
  /** For the environment of every process. */
  readonly settings: Settings
  /** Both in its data folder, whatever the shape is: for one that is to reach nothing outside. */
  embedded(data: string): Promise<Settings>
  on(shape: ShapeName): Footing
  /** A window of a browser that nobody has used, to be closed by whoever asks; null where no browser is installed. */
  browser(): Promise<BrowserContext | null>
  /** Ends what was started and removes every file of the run. */
  close(): void
}

/** The stores and queues of one shape. */
export interface Footing {
  /** Store and queue for one Lethe, on servers whose files are its own: `folders` are where bytes of it lie beside its data. */
  searched(data: string): Promise<{ readonly settings: Settings; readonly folders: readonly string[] }>
  /** The same for one whose files nobody looks at: it is there sooner, and on servers that it shares with others. */
  swift(data: string): Promise<Settings>
  /** A copy of a store on a server, while no Lethe is on it; nothing for one that was copied with its data folder. */
  copyStore(url: string | undefined): Promise<Settings>
}

// A queue on PostgreSQL takes what it deleted out of the server's log where these let it.
const postgresSettings = ['max_connections=600', 'wal_recycle=off', 'min_wal_size=32MB', 'max_wal_size=256MB']

export function openGround(root: string): Ground {
  const scratch = join(tmpdir(), `lethe-conformance-${process.pid}`)
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  process.env.TMPDIR = scratch // every folder of the run is made below it, and goes with it
  const ends: (() => unknown)[] = [() => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })]
  const settings = { NODE_COMPILE_CACHE: join(scratch, 'compiled') }
  let drained: Promise<string> | null = null
  let shared: Promise<PostgresServer> | null = null
  let chromium: ReturnType<typeof openChromium> | null = null
  let databases = 0

  async function drainedQueue(): Promise<string> {
    const env = await environment({ LETHE_DATA: folder(), ...settings })
    const lethe = await startLethe(env, { root })
    await lethe.stop()
    return join(env.LETHE_DATA, 'queue')
  }

  const embedded: Ground['embedded'] = async (data) => {
    drained ??= drainedQueue()
    cpSync(await drained, join(data, 'queue'), { recursive: true })
    return {}
  }

  async function redis() {
    const server = await openRedis('everysec')
    ends.unshift(server.close)
    return { settings: { LETHE_QUEUE: server.url }, folders: [server.dir] }
  }

  const sharedPostgres = () => {
    shared ??= openPostgres(postgresSettings)
    return shared
  }

  function on(shape: ShapeName): Footing {
    const [store, queue] = shape.split('+')

    /** What of the shape is on PostgreSQL, in databases of its own. */
    async function onPostgres(server: PostgresServer): Promise<Settings> {
      const name = `lethe_${++databases}`
      return {
        ...(store === 'postgres' ? { LETHE_STORE: `${await server.database(name)}?connections=4` } : {}),
        ...(queue === 'postgres' ? { LETHE_QUEUE: await server.database(`${name}_queue`) } : {}),
      }
    }

    return {
      searched: async (data) => {
        if (queue === 'pglite') return { settings: await embedded(data), folders: [] }
        const beside = queue === 'redis' ? await redis() : { settings: {}, folders: [] }
        if (store !== 'postgres') return beside
        const server = await openPostgres([...postgresSettings, 'logging_collector=on', 'log_directory=log'])
        return {
          settings: { ...beside.settings, ...(await onPostgres(server)) },
          folders: [...beside.folders, server.dir],
        }
      },
      swift: async (data) => {
        if (queue === 'pglite') return embedded(data)
        const beside = queue === 'redis' ? (await redis()).settings : {}
        return store === 'postgres' ? { ...beside, ...(await onPostgres(await sharedPostgres())) } : beside
      },
      copyStore: async (url) => {
        if (!url || !shared) return {}
        const at = new URL(url)
        const name = `lethe_${++databases}`
        await (await shared).database(name, at.pathname.slice(1))
        at.pathname = name
        return { LETHE_STORE: at.href }
      },
    }
  }

  return {
    ...{ settings, embedded, on },
    browser: async () => {
      if (!chromiumPath) return null
      chromium ??= openChromium()
      return (await chromium).newContext()
    },
    close: () => {
      for (const end of ends.splice(0)) end()
    },
  }
}
