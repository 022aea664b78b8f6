import { join } from 'node:path'
import { readConfig } from '../../src/main/index.ts'
import { havePostgres, ownDatabase, sayWithoutPostgres } from '../queue/postgres.ts'
import { type Environment, environment, folder, type Lethe, startLethe } from './lethe.ts'

/** One store, and which roles share a process over it. */
export interface Deployment {
  readonly name: string
  /** Each entry is one process; the first is the API that a test speaks to. */
  readonly roles: readonly string[]
  readonly trackers: number
  open(): Promise<{ readonly settings: Readonly<Record<string, string>>; close(): Promise<void> }>
}

const trackers = 4

/** SQLite lives in one process: the roles that need it share that one, and the trackers stand apart. */
const onSqlite: Deployment = {
  name: 'sqlite, the trackers apart',
  roles: ['api,send,record,upkeep'],
  trackers,
  open: async () => ({ settings: {}, close: async () => {} }),
}

/** On a server every role is a process of its own, and as many of it as there is work for. */
const onPostgres: Deployment = {
  name: 'postgres, each role apart',
  roles: ['api', 'api', 'send', 'record', 'record', 'record', 'record', 'upkeep', 'upkeep'],
  trackers,
  open: async () => {
    const database = await ownDatabase()
    return { settings: { LETHE_STORE: database.url }, close: database.drop }
  },
}

function storeOpens(scheme: string): boolean {
  try {
    readConfig({ LETHE_STORE: scheme })
    return true
  } catch {
    return false
  }
}

/** The store's driver may be left out of a build; the server may not be there. Either is said, and required where it must be. */
const postgres = havePostgres && storeOpens('postgres://root@127.0.0.1/lethe')
if (!postgres) sayWithoutPostgres('roles on postgres')
export const deployments: readonly Deployment[] = [onSqlite, ...(postgres ? [onPostgres] : [])]

/** Starts and stops the processes of one deployment, each with a folder and ports of its own. */
export async function openFleet(deployment: Deployment, settings: Readonly<Record<string, string>>) {
  const store = await deployment.open()
  const shared = {
    LETHE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    LETHE_EPOCHS: join(folder(), 'epochs'),
    ...store.settings,
    ...settings,
  }
  const running = new Set<Lethe>()
  const data = deployment.roles.map(() => folder())
  const ports = await Promise.all(deployment.roles.map(() => environment()))

  async function start(roles: string, more: Readonly<Record<string, string>>, waitFor = '/readyz'): Promise<Lethe> {
    const lethe = await startLethe(await environment({ ...shared, LETHE_ROLES: roles, ...more }), {}, waitFor)
    running.add(lethe)
    return lethe
  }

  return {
    /** All that have the store; the first is the API. `more` counts for each of them. */
    house: (more: Readonly<Record<string, string>> = {}): Promise<readonly Lethe[]> =>
      Promise.all(
        deployment.roles.map((roles, index) =>
          start(roles, { LETHE_DATA: data[index]!, LETHE_API: ports[index]!.LETHE_API, ...more }),
        ),
      ),
    tracker: (more: Readonly<Record<string, string>> = {}, waitFor = '/readyz'): Promise<Lethe> =>
      start('tracker', { LETHE_PAGES: `http://${ports[0]!.LETHE_API}`, ...more }, waitFor),
    shared,
    data: data[0]!,
    /** All at once, as a machine that shuts down does; the codes that they ended with. */
    async stop(some: readonly Lethe[], signal: NodeJS.Signals = 'SIGTERM') {
      for (const each of some) running.delete(each)
      return Promise.all(some.map((each) => each.stop(signal)))
    },
    async close() {
      await Promise.all([...running].map((each) => each.stop('SIGKILL')))
      await store.close()
    },
  }
}

export type Fleet = Awaited<ReturnType<typeof openFleet>>

/** One sample of `GET /metrics`, which may carry labels; 0 where there is none. */
export async function measure(lethe: Lethe, name: string): Promise<number> {
  const { text } = await lethe.call('GET', '/metrics')
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return Number(line?.split(' ').at(-1) ?? 0)
}

export type { Environment }
