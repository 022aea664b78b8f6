import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { freePort } from './redis.ts'
import { until } from './until.ts'

const shelves = ['/usr/lib/postgresql', '/usr/local/pgsql', '/opt/homebrew/opt']

/** Where `initdb` lies, which is rarely on the path; null where no server is installed. */
function programs(): string | null {
  const found = shelves
    .filter((shelf) => existsSync(shelf))
    .flatMap((shelf) => [join(shelf, 'bin'), ...readdirSync(shelf).map((name) => join(shelf, name, 'bin'))])
    .find((bin) => existsSync(join(bin, 'initdb')))
  try {
    return found ?? dirname(execFileSync('which', ['initdb'], { encoding: 'utf8' }).trim())
  } catch {
    return null
  }
}

const bin = programs()
export const haveOwnPostgres = bin !== null

/** PostgreSQL does not run as root: there its own user takes it. */
function owner(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/** A PostgreSQL of this test's own that can be stopped, killed and started again on the same port and files. */
export async function ownPostgres(settings: readonly string[] = []) {
  if (bin === null) throw new Error('no PostgreSQL here')
  const run = owner()
  const folder = mkdtempSync(join(tmpdir(), 'lethe-postgres-'))
  if (run.uid !== undefined && run.gid !== undefined) chownSync(folder, run.uid, run.gid)
  const dir = join(folder, 'data')
  const made = ['-D', dir, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C']
  execFileSync(join(bin, 'initdb'), made, { stdio: 'ignore', cwd: folder, ...run })
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  let child: ChildProcess
  const ready = async (): Promise<boolean> => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
    client.on('error', () => undefined)
    return client
      .connect()
      .then(() => true)
      .catch(() => false)
      .finally(() => client.end().catch(() => undefined))
  }
  const start = async (): Promise<void> => {
    const words = [`listen_addresses=127.0.0.1`, `unix_socket_directories=`, `shared_buffers=16MB`, ...settings]
    const options = ['-D', dir, '-p', String(port), ...words.flatMap((word) => ['-c', word])]
    child = spawn(join(bin, 'postgres'), options, { stdio: 'ignore', cwd: folder, ...run })
    await until(ready, 60_000)
  }
  const end = (signal: NodeJS.Signals): Promise<void> =>
    new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.kill(signal)
    })
  /** The server and each of its sessions, as far as they run. */
  const all = (): readonly number[] => {
    const list = execFileSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' })
    return [Number(child.pid), ...list.split('\n').map(Number).filter(Boolean)]
  }
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of all()) process.kill(pid, name)
  }
  await start()
  return {
    url,
    dir,
    start,
    /** As a crash ends it: nothing is said to anybody. */
    kill: () => end('SIGQUIT'),
    /** As a restart ends it: sessions are told. */
    stop: () => end('SIGINT'),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
  }
}
