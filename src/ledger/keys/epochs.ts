import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { deriveKey, Fault, randomBytes, wipe } from '../../base/index.ts'
import type { OperatorKey } from '../../gate/index.ts'
import { placeOf } from './place.ts'

/**
 * Epoch keys lie in a file of their own, wrapped by a sub-key of the operator's key and outside every database: when an
 * epoch is destroyed, the wrapped keys in old backups, logs and free pages die with it.
 */
export interface Epochs {
  /** The newest epoch: what new keys are wrapped with. */
  readonly current: number
  /** When it began, in milliseconds since 1970; 0 for a file of before that was noted. */
  readonly since: number
  /** How many older epochs are still held. */
  readonly older: number
  /** Throws `keys_wrong` for an epoch that the file does not hold. */
  key(number: number): Buffer
  /** Reads the file again: another process that shares it may have begun or destroyed epochs. */
  reload(): void
  /** The same, if the file is another than when it was read. */
  refresh(): void
  /** True if one of them lies under another operator key than the one that seals. */
  stale(operators: readonly OperatorKey[]): boolean
  /** A new epoch from now on, and all of them under the operator key that seals; on the disk when this returns. */
  begin(operators: readonly OperatorKey[], now: number): void
  /** Destroys every epoch but the newest: what was wrapped with them, wherever a copy lies, opens for nobody. */
  end(): void
}

interface Entry {
  readonly number: number
  readonly operator: string
  readonly wrapped: string
  readonly since?: number
}

const place = placeOf('epochs', 'wrapped')
const rowOf = (number: number): Buffer => Buffer.from(String(number))

/** The operator's key never seals anything itself; each use has a sub-key (libsodium's KDF). */
export const storeKeyOf = (operator: OperatorKey): Buffer => deriveKey(operator.key, 'l.store_')

const otherKey =
  'Put the operator key that this store was made with into LETHE_KEYS; without it the data cannot be read by anyone.'

/** What to do about a file of keys that is damaged, missing or another store's. */
export const restore = (name: string): string =>
  `Restore the file ${name} from the backup that goes with this store; without it the data cannot be read by anyone.`

const restoreEpochs = restore('epochs')

export const keysWrong = (
  sentence: string,
  { next = otherKey, cause }: { readonly next?: string; readonly cause?: unknown } = {},
): Fault => new Fault('keys_wrong', sentence, next, cause === undefined ? {} : { cause })

/** Reads the file, or makes it with a first epoch when `fresh`. A store that has keys already never gets a new file. */
export function openEpochs(path: string, operators: readonly OperatorKey[], fresh: boolean, now: number): Epochs {
  if (!existsSync(path)) {
    if (!fresh)
      throw keysWrong('The file of epoch keys is gone, and the store was sealed with it.', { next: restoreEpochs })
    write(path, [wrapped(1, randomBytes(32), sealing(operators), now)])
  }
  let entries = read(path)
  const keys = new Map(entries.map((entry) => [entry.number, unwrap(entry, operators)]))
  const reload = (): void => {
    stamp = stampOf()
    entries = read(path)
    const held = new Set(entries.map(({ number }) => number))
    for (const [number, key] of keys) {
      if (held.has(number)) continue
      wipe(key)
      keys.delete(number)
    }
    for (const entry of entries) if (!keys.has(entry.number)) keys.set(entry.number, unwrap(entry, operators))
  }
  /** One look at the file's name in its folder: whoever writes it puts a new file there. */
  const stampOf = (): string => {
    const { ino, mtimeMs } = statSync(path)
    return `${ino} ${mtimeMs}`
  }
  let stamp = stampOf()
  const refresh = (): void => {
    if (stampOf() !== stamp) reload()
  }
  const newest = () => entries.reduce((a, b) => (b.number > a.number ? b : a))
  return {
    get current() {
      return newest().number
    },
    get since() {
      return newest().since ?? 0
    },
    get older() {
      return entries.length - 1
    },
    key: (number) => {
      // Another process may have begun it since.
      if (!keys.has(number)) reload()
      const key = keys.get(number)
      if (!key) throw keysWrong('A value was sealed in an epoch whose key is gone.', { next: restoreEpochs })
      return key
    },
    reload,
    refresh,
    stale: (given) => entries.some(({ operator }) => operator !== sealing(given).id),
    begin: (given, now) => {
      const operator = sealing(given)
      const held = entries.map(({ number, since }) => wrapped(number, keys.get(number)!, operator, since))
      const [number, key] = [newest().number + 1, randomBytes(32)]
      const all = [...held, wrapped(number, key, operator, now)]
      write(path, all)
      keys.set(number, key)
      entries = all
    },
    end: () => {
      const kept = newest()
      write(path, [kept])
      for (const { number } of entries.filter((entry) => entry !== kept)) {
        wipe(keys.get(number)!)
        keys.delete(number)
      }
      entries = [kept]
    },
  }
}

export function sealing(operators: readonly OperatorKey[]): OperatorKey {
  const operator = operators.find(({ revoked }) => !revoked)
  if (!operator) throw keysWrong('There is no operator key that may seal.')
  return operator
}

/** The key under `id`, revoked or not: what a stolen key sealed must still be opened to be sealed anew. */
export function operatorOf(id: string, operators: readonly OperatorKey[]): OperatorKey {
  const operator = operators.find((each) => each.id === id)
  if (!operator) throw keysWrong('The operator key that the store was sealed with is not among the ones given.')
  return operator
}

const wrapped = (number: number, key: Buffer, operator: OperatorKey, since?: number): Entry => ({
  number,
  operator: operator.id,
  wrapped: place.seal(storeKeyOf(operator), rowOf(number), key).toString('base64'),
  ...(since === undefined ? {} : { since }),
})

function unwrap(entry: Entry, operators: readonly OperatorKey[]): Buffer {
  const operator = operatorOf(entry.operator, operators)
  try {
    return place.open(storeKeyOf(operator), rowOf(entry.number), Buffer.from(entry.wrapped, 'base64'))
  } catch (cause) {
    throw keysWrong('The operator key given is not the one that the store was sealed with.', { cause })
  }
}

function read(path: string): readonly Entry[] {
  try {
    const entries: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (Array.isArray(entries) && entries.length > 0 && entries.every(isEntry)) return entries
  } catch (cause) {
    throw keysWrong('The file of epoch keys cannot be read.', { next: restoreEpochs, cause })
  }
  throw keysWrong('The file of epoch keys is damaged.', { next: restoreEpochs })
}

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' &&
  value !== null &&
  'number' in value &&
  Number.isInteger(value.number) &&
  'operator' in value &&
  typeof value.operator === 'string' &&
  'wrapped' in value &&
  typeof value.wrapped === 'string'

/**
 * Synced and renamed, the folder too: half a file of keys, or the one of before, would be the end of the store. What the old
 * file held is overwritten, as far as the disk lets anyone do that.
 */
function write(path: string, entries: readonly Entry[]): void {
  const old = existsSync(path) ? openSync(path, 'r+') : null
  const draft = openSync(`${path}.new`, 'w', 0o600)
  writeSync(draft, JSON.stringify(entries))
  fsyncSync(draft)
  closeSync(draft)
  renameSync(`${path}.new`, path)
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
  if (old === null) return
  writeSync(old, Buffer.alloc(fstatSync(old).size), 0, null, 0)
  fsyncSync(old)
  closeSync(old)
}
