import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, it } from 'vitest'
import { newHandle, newId } from '../../src/base/index.ts'
import { openQueue } from '../../src/queue/index.ts'
import { someEvents } from './events.ts'
import { haveOwnPostgres, ownPostgres } from './own-postgres.ts'
import { sayWithoutPostgres } from './postgres.ts'
import { until } from './until.ts'

/** Those of `needles` that lie in a file of the server, byte for byte, in its log or outside of it. */
function found(folder: string, needles: readonly string[], where: 'log' | 'tables'): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const read = files.filter(({ parentPath }) => parentPath.includes('pg_wal') === (where === 'log'))
  const seen = new Set<string>()
  for (const { parentPath, name } of read) {
    const bytes = readFileSync(join(parentPath, name))
    for (const needle of needles) if (bytes.includes(needle)) seen.add(needle)
  }
  return needles.filter((needle) => seen.has(needle))
}

async function ask(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(text)
  await client.end()
}

const servers: readonly (readonly [string, readonly string[], 'done' | 'refused'])[] = [
  ['keeps its log for nobody', ['wal_recycle=off', 'min_wal_size=32MB'], 'done'],
  ['reuses the segments of its log', [], 'refused'],
]

if (!haveOwnPostgres) it('is not tried here', () => sayWithoutPostgres('the files of a queue on PostgreSQL'))

it.runIf(haveOwnPostgres).each(servers)(
  'shows what waits, and forgets it, on a server that %s',
  async (_what, settings, outcome) => {
    const server = await ownPostgres(settings)
    const queue = await openQueue(server.url)
    const handle = newHandle()
    await queue.board.stop([{ handle, until: 20_000 }])
    await queue.commitEvents([...someEvents(20), ...someEvents(1, 'Needleland'), ...someEvents(20)])
    const ids = Array.from({ length: 200 }, () => newId())
    await queue.addWindow(ids)
    // The planner looks at the values, and must not keep any.
    await ask(server.url, 'ANALYZE')
    await ask(server.url, 'CHECKPOINT')
    const needles = ['Needleland', ...ids]
    expect(found(server.dir, [handle, ...needles], 'tables')).toEqual([handle, ...needles])

    const works = [queue.workEvents(async () => {}, 1), queue.workWindows(async () => {}, 1)]
    const done = async (name: 'record' | 'send'): Promise<boolean> => {
      const { waiting, active } = await queue.depths(name)
      return waiting + active === 0
    }
    await until(async () => (await done('record')) && (await done('send')), 30_000)
    await Promise.all(works.map((each) => each.stop()))
    await queue.clean(0)
    expect(await queue.forget()).toBe(outcome)
    await ask(server.url, 'CHECKPOINT')
    expect(found(server.dir, needles, 'tables')).toEqual([])
    if (outcome === 'done') expect(found(server.dir, needles, 'log')).toEqual([])
    await queue.close()
    await server.kill()
  },
  120_000,
)
