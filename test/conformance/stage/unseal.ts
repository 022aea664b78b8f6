import { readFileSync } from 'node:fs'
import sodium from 'sodium-native'
import { readStore, tablesOf, type Whereabouts } from '../../journeys/raw-store.ts'

/**
 * An auditor's own reading of a store, with the operator's key and none of Lethe's code: every value of every table,
 * opened where it is sealed. XChaCha20-Poly1305, nonce first; associated data `table.column.` and the row's id.
 */
export async function unsealed(env: Whereabouts, epochsPath: string, operatorKey: Buffer) {
  const keys = await keysAtRest(env, epochsPath, operatorKey)
  const values: { readonly place: string; readonly text: string; readonly sealed: boolean }[] = []
  let unread = 0
  for (const table of await tablesOf(env)) {
    // Rows of unknown tables: whatever is there is what is looked at.
    for (const row of await readStore(env, `SELECT * FROM "${table}"`)) {
      const ids = Object.values(row).filter((value): value is Buffer => Buffer.isBuffer(value) && value.length <= 32)
      for (const [column, value] of Object.entries(row)) {
        const place = `${table}.${column}`
        if (!Buffer.isBuffer(value)) {
          values.push({ place, text: String(value ?? ''), sealed: false })
        } else if (value.length > 40) {
          const text = opened(value, place, ids, keys)
          if (text === null) unread++
          else values.push({ place, text, sealed: true })
        }
      }
    }
  }
  return { values, unread }
}

function opened(box: Buffer, place: string, ids: readonly Buffer[], keys: readonly Buffer[]): string | null {
  for (const id of ids) {
    for (const key of keys) {
      const plain = openBox(key, box, Buffer.concat([Buffer.from(`${place}.`), id]))
      if (plain) return plain.toString()
    }
  }
  return null
}

/** A key as the key store holds it, wrapped under an epoch's. */
export interface Wrapped {
  readonly table: string
  readonly id: Buffer
  readonly epoch: number
  readonly box: Buffer
}

/** Every wrapped key of the key store. */
export async function wrappedKeys(env: Whereabouts): Promise<readonly Wrapped[]> {
  const all: Wrapped[] = []
  for (const [table, id] of [
    ['subject_keys', 'handle'],
    ['content_keys', 'id'],
  ] as const) {
    const rows = await readStore(env, `SELECT ${id} AS id, epoch, wrapped FROM ${table}`, 'keys')
    for (const { id, epoch, wrapped } of rows) {
      if (!Buffer.isBuffer(id) || !Buffer.isBuffer(wrapped)) throw new Error(`${table} holds no bytes`)
      all.push({ table, id, epoch: Number(epoch), box: wrapped })
    }
  }
  return all
}

/** Those of `wrapped` that the operator's key and the file of epoch keys, as both are now, still open. */
export function unwrapped(wrapped: readonly Wrapped[], epochsPath: string, operatorKey: Buffer): readonly Buffer[] {
  const wrapping = Buffer.alloc(32)
  sodium.crypto_kdf_derive_from_key(wrapping, 1, Buffer.from('l.store_'), operatorKey)
  const entries = JSON.parse(readFileSync(epochsPath, 'utf8')) as { number: number; wrapped: string }[] // as Lethe writes it
  const epochs = new Map(
    entries.map(({ number, wrapped }) => [
      number,
      openBox(wrapping, Buffer.from(wrapped, 'base64'), Buffer.from(`epochs.wrapped.${number}`)),
    ]),
  )
  return wrapped.flatMap(({ table, id, epoch, box }) => {
    const key = epochs.get(epoch)
    return (key && openBox(key, box, Buffer.concat([Buffer.from(`${table}.wrapped.`), id]))) ?? []
  })
}

/** Every subject key and content key that the operator's key leads to. */
export const keysAtRest = async (env: Whereabouts, epochsPath: string, operatorKey: Buffer) =>
  unwrapped(await wrappedKeys(env), epochsPath, operatorKey)

/** Null where it does not open. */
export function openBox(key: Buffer, box: Buffer, associated: Buffer): Buffer | null {
  const plain = Buffer.alloc(Math.max(0, box.length - 40))
  try {
    const nonce = box.subarray(0, 24)
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(plain, null, box.subarray(24), associated, nonce, key)
    return plain
  } catch {
    return null
  }
}
