import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { freePort, until } from '../../journeys/lethe.ts'
import { startChild } from './child.ts'
import type { Disk } from './disk.ts'
import type { Server } from './server.ts'

/** Where Debian keeps the server's programs, newest first; else on the PATH. Null where there is no server. */
function programs(): string | null {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((each) => join(debian, each, 'bin')), ...(process.env.PATH ?? '').split(':')]
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

export const havePostgres = programs() !== null

/** It refuses to be run by root: then it is the user that its package made. */
function owner(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']).toString())
  return { uid: id('-u'), gid: id('-g') }
}

const settings = [
  ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'],
  // A small disk is to be filled by the suite, not by the log of the server.
  ...['max_wal_size=128MB', 'min_wal_size=32MB', 'shared_buffers=64MB'],
]

export interface Postgres extends Server {
  /** A question of the suite itself, past all wires. */
  ask<Row>(sql: string): Promise<readonly Row[]>
}

export async function openPostgres(disk: Disk): Promise<Postgres> {
  const bin = programs()
  if (bin === null) throw new Error('there is no PostgreSQL here: install its server')
  const as = owner()
  const data = join(disk.dir, 'data')
  mkdirSync(data, { mode: 0o700 })
  if (as.uid !== undefined && as.gid !== undefined) chownSync(data, as.uid, as.gid)
  const how = ['-U', 'lethe', '-A', 'trust', '-E', 'UTF8', '--no-sync']
  execFileSync(join(bin, 'initdb'), ['-D', data, ...how], { ...as, stdio: 'ignore' })
  const port = await freePort()
  const words = ['-D', data, '-p', String(port), ...settings.flatMap((each) => ['-c', each])]
  const spawnIt = () => startChild(join(bin, 'postgres'), words, as)
  let child = spawnIt()

  async function ask<Row>(sql: string): Promise<readonly Row[]> {
    const connectionString = `postgres://lethe@127.0.0.1:${port}/postgres`
    const client = new Client({ connectionString, connectionTimeoutMillis: 5000 })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end().catch(() => {})
    }
  }

  const answers = (): Promise<boolean> =>
    ask('SELECT 1').then(
      () => true,
      () => false,
    )
  async function start(): Promise<void> {
    const up = await until(async () => {
      // What the last one left of its shared memory may keep the first tries from starting.
      if (!child.alive) child = spawnIt()
      return answers()
    }, 90)
    if (!up) throw new Error(`PostgreSQL does not start: ${child.said.slice(-300)}`)
  }
  await start()
  return {
    port,
    disk,
    ask,
    start,
    get alive() {
      return child.alive
    },
    signal: (name) => child.signal(name),
    ended: () => child.ended,
  }
}
