import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault, randomBytes } from '../base/index.ts'
import { newKeyRing, type OperatorKey, parseOperatorKeys } from '../gate/index.ts'
import { unwritable } from './folder.ts'

/** What is secret and where it lies: the operator's keys, and the bootstrap bearer key of the API. */
export interface Secrets {
  readonly operatorKeys: readonly OperatorKey[]
  readonly apiKey: string
  /** True if the operator keys lie in the data folder, where a backup of the data takes them along. */
  readonly keysBesideData: boolean
}

/** What the file holds; an empty one is what a full disk left of the first start. Written aside and renamed: whole or not at all. */
function keptOrMade(path: string, make: () => string): string {
  const kept = existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
  if (kept !== '') return kept
  const made = make()
  try {
    writeFileSync(`${path}.new`, `${made}\n`, { mode: 0o600 })
    renameSync(`${path}.new`, path)
  } catch (cause) {
    throw unwritable(cause)
  }
  return made
}

/** The bootstrap key of the API: the one that is given, or the one of the folder, made if there is none. */
export const openApiKey = (data: string, given: string | null): string =>
  given ?? keptOrMade(join(data, 'api-key'), () => randomBytes(32).toString('base64url'))

const stores = ['lethe.db', 'keys.db', 'epochs']

/** The operator keys as they are written; null where the first start is to make them. Throws `keys_lost`. */
function givenKeys(data: string, keys: string | null): string | null {
  const path = join(data, 'keys')
  const kept = keys ?? (existsSync(path) ? readFileSync(path, 'utf8').trim() : '')
  if (kept !== '') return kept
  if (!stores.some((name) => existsSync(join(data, name)))) return null
  const next = `Restore the file named keys in the data folder from its backup, or set LETHE_KEYS to the same keys.`
  throw new Fault('keys_lost', 'There is a store but no operator key to open it with.', next)
}

function parsed(text: string): readonly OperatorKey[] {
  const keys = parseOperatorKeys(text)
  // Asked here although the ring is opened later: a start without a signing key is a fault of the settings.
  newKeyRing(keys)
  return keys
}

/** Looks at the keys that are there, and makes none: throws as `openSecrets` would. */
export function checkKeys(data: string, keys: string | null): void {
  const text = givenKeys(data, keys)
  if (text !== null) parsed(text)
}

/**
 * Reads the secrets, or makes them on the first start. A keys file that is missing or empty although a store exists is not
 * made anew: fresh keys would turn every sealed value into garbage. Throws `keys_lost`, `keys_malformed`, `keys_missing`.
 */
export function openSecrets(data: string, keys: string | null, apiKey: string | null): Secrets {
  const make = () => `k1:${randomBytes(32).toString('base64')}`
  const text = givenKeys(data, keys) ?? keptOrMade(join(data, 'keys'), make)
  return {
    operatorKeys: parsed(text),
    apiKey: openApiKey(data, apiKey),
    keysBesideData: keys === null,
  }
}
