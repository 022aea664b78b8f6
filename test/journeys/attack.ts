import { join } from 'node:path'
import { keysAtRest, openBox } from '../conformance/stage/unseal.ts'
import { readStore, tablesOf, type Whereabouts } from './raw-store.ts'

/** One sealed value as it lay at rest, with what its box is bound to. */
export interface Sealed {
  readonly place: string
  readonly box: Buffer
  readonly ids: readonly Buffer[]
}

/** The sealed values of the store whose first 32 bytes are among `prints`: what somebody with a copy of it would have. */
export async function sealedAmong(env: Whereabouts, prints: readonly string[]): Promise<readonly Sealed[]> {
  const wanted = new Set(prints)
  const found: Sealed[] = []
  for (const table of await tablesOf(env)) {
    for (const row of await readStore(env, `SELECT * FROM "${table}"`)) {
      const blobs = Object.entries(row).filter((each): each is [string, Buffer] => Buffer.isBuffer(each[1]))
      const ids = blobs.map(([, value]) => value).filter((value) => value.length <= 32)
      for (const [column, box] of blobs) {
        if (box.length <= 40 || !wanted.has(box.subarray(0, 32).toString('hex'))) continue
        found.push({ place: `${table}.${column}`, box: Buffer.from(box), ids })
      }
    }
  }
  return found
}

/** How many of `values` open with the operator's key and every key that it unwraps in the key store of now. */
export async function opensOf(env: Whereabouts, operatorKey: Buffer, values: readonly Sealed[]): Promise<number> {
  const keys = await keysAtRest(env, join(env.LETHE_DATA, 'epochs'), operatorKey)
  return opensWith(keys, values)
}

/** How many of `values` open with one of these keys. */
export const opensWith = (keys: readonly Buffer[], values: readonly Sealed[]): number =>
  values.filter(({ place, box, ids }) =>
    ids.some((id) => keys.some((key) => openBox(key, box, Buffer.concat([Buffer.from(`${place}.`), id])) !== null)),
  ).length
