import { readdirSync } from 'node:fs'
import { dirname, extname, join, relative, resolve } from 'node:path'
import type { Config } from './config.ts'

/** Beside a file: what SQLite keeps of it, a draft that is about to take its place, the part of a log that was set aside. */
const beside = /^(?:-wal|-shm|-journal|(?:\.\d{1,10})?(?:\.new)?|\.1)$/

/** What Lethe itself puts into its data folder under a name of its own; `lost+found` is the file system's. */
const own = [
  'lock',
  'keys',
  'api-key',
  'keys.db',
  'rehearsal',
  'policies',
  'networks.json',
  'sns-subscription',
  'lost+found',
]

/** Everything that the settings name, wherever it lies. */
function named({ store, queue, epochs, log, geo, policy, dkim, feedback }: Config): readonly string[] {
  const inFiles = [store, queue].filter((url) => /^(?:sqlite|pglite):/.test(url)).map((url) => url.slice(7))
  const dkimKeys = dkim.split(',').map((entry) => entry.trim().split(':').slice(2).join(':'))
  const kept = [epochs, ...['audit-head', 'erased'].map((name) => join(dirname(epochs), name))]
  return [...inFiles, ...kept, ...dkimKeys, policy, log, geo, feedback.spool].flatMap((path) => path || [])
}

/**
 * The kinds of what lies in the data folder and is nobody's: `csv`, `bak`, `folder`. A name could be somebody's address: of
 * it only a plain ending is told. Nothing is opened: whoever closes a file of SQLite's loses its locks.
 */
export function foreignKinds(config: Config): readonly string[] {
  const given = named(config).map((path) => relative(config.data, resolve(path)).split(/[\\/]/)[0]!)
  const known = [...own, ...given.filter((name) => name !== '' && name !== '..')]
  const isOurs = (name: string): boolean =>
    known.some((each) => name.startsWith(each) && beside.test(name.slice(each.length)))
  return readdirSync(config.data, { withFileTypes: true })
    .filter(({ name }) => !isOurs(name))
    .map((entry) => (entry.isDirectory() ? 'folder' : kindOf(entry.name)))
}

const kindOf = (name: string): string => /^\.([a-z0-9]{1,8})$/i.exec(extname(name))?.[1] ?? 'file'
