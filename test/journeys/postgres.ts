import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { freePort } from './lethe.ts'

/** Where Debian keeps the server's programs, newest first; else they are looked for on the PATH. */
function programs(): string | null {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions.map((version) => join(debian, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
  if (found) return found
  const onPath = (process.env.PATH ?? '').split(':').find((each) => existsSync(join(each, 'initdb')))
  return onPath ?? null
}

const bin = programs()
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** True where a PostgreSQL can be started. LETHE_REQUIRE_POSTGRES=1 makes its absence a failure instead of a skipped suite. */
export const havePostgres = bin !== null
if (!havePostgres && process.env.LETHE_REQUIRE_POSTGRES === '1') {
  throw new Error('PostgreSQL is required and its server is not installed')
}
if (!havePostgres) console.log('postgres: no server is installed; the suites on PostgreSQL are not run')

/** The server refuses to be run by root: then it is the user that its package made. */
const owner = (() => {
  if (process.getuid?.() !== 0 || !havePostgres) return {}
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']).toString())
  return { uid: id('-u'), gid: id('-g') }
})()

// Whatever ends the test's process: its servers end with it, and their files, which may lie in memory, go.
const running = new Map<string, ChildProcess>()
process.once('exit', () => {
  for (const [dir, child] of running) {
    child.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
  }
})

export interface PostgresServer {
  /** Of the database `postgres`, by the superuser. */
  readonly url: string
  readonly port: number
  readonly dir: string
  readonly pid: number
  /** A database of its own, empty or a copy of one that nobody is connected to, and its URL. */
  database(name: string, copyOf?: string): Promise<string>
  kill(signal: NodeJS.Signals): Promise<void>
  start(): Promise<void>
  /** Ends it and removes its files. */
  close(): Promise<void>
}

const asOwner = (program: string, words: readonly string[]) => promisify(execFile)(program, [...words], owner)

// Making the files of a new server costs a second of a processor, a copy of them a tenth: they are made once in a run.
let fresh: Promise<string> | null = null

/** The files of a server that was never started: one set for all processes of a run, or this process's own. */
async function initialised(bin: string): Promise<string> {
  const shared = process.env.LETHE_TEST_SCRATCH && join(process.env.LETHE_TEST_SCRATCH, 'postgres')
  if (shared && existsSync(shared)) return join(shared, 'data')
  const dir = mkdtempSync(join(shared ? dirname(shared) : memory, 'lethe-postgres-fresh-'))
  if (!shared) process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  if (owner.uid !== undefined) chownSync(dir, owner.uid, owner.gid)
  await asOwner(join(bin, 'initdb'), ['-D', join(dir, 'data'), '-U', 'lethe', '-A', 'trust', '-E', 'UTF8', '--no-sync'])
  if (!shared) return join(dir, 'data')
  try {
    renameSync(dir, shared)
  } catch {} // another process was first; its files are as good
  return join(shared, 'data')
}

/** A PostgreSQL of a test's own on a free port, its files in memory where the machine offers that, or under `parent`. */
export async function openPostgres(settings: readonly string[] = [], parent = memory): Promise<PostgresServer> {
  if (!bin) throw new Error('there is no PostgreSQL to start')
  const dir = mkdtempSync(join(parent, 'lethe-postgres-'))
  if (owner.uid !== undefined) chownSync(dir, owner.uid, owner.gid)
  const data = join(dir, 'data')
  fresh ??= initialised(bin)
  await asOwner('cp', ['-a', await fresh, data])
  const port = await freePort()
  const url = `postgres://lethe@127.0.0.1:${port}/postgres`
  const options = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'autovacuum=on',
    'max_connections=200',
    ...settings,
  ]
  const words = ['-D', data, '-p', String(port), ...options.flatMap((each) => ['-c', each])]
  let child = spawn(join(bin, 'postgres'), words, { ...owner, stdio: 'ignore' })
  const ended = () =>
    new Promise<void>((resolve) =>
      child.exitCode === null && child.signalCode === null ? child.once('exit', () => resolve()) : resolve(),
    )

  async function started(): Promise<void> {
    running.set(dir, child)
    for (let tries = 0; tries < 300; tries++) {
      if (
        await ask(url, 'SELECT 1').then(
          () => true,
          () => false,
        )
      )
        return
      await sleep(50)
    }
    throw new Error('the PostgreSQL of this test did not start')
  }
  async function kill(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal)
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return
    await ended()
  }
  await started()

  return {
    url,
    port,
    dir: data,
    get pid() {
      return child.pid ?? 0
    },
    database: async (name, copyOf = 'template1') => {
      await ask(url, `CREATE DATABASE ${name} TEMPLATE ${copyOf}`)
      return url.replace(/postgres$/, name)
    },
    kill,
    start: async () => {
      child = spawn(join(bin, 'postgres'), words, { ...owner, stdio: 'ignore' })
      await started()
    },
    close: async () => {
      await kill('SIGQUIT')
      running.delete(dir)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function ask(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 30_000 })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
