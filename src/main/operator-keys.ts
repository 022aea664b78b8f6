import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { dayMillis, Fault, randomBytes } from '../base/index.ts'
import { type KeyRing, newKeyRing, type OperatorKey, turningRing } from '../gate/index.ts'
import type { KeysReport, OperatorKeyVerbs } from '../http/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Config } from './config.ts'

/** The operator's keys while Lethe runs: what signs and opens tokens changes with them, without a restart. */
export interface OperatorKeys extends OperatorKeyVerbs {
  readonly ring: KeyRing
  all(): readonly OperatorKey[]
  /** The id of the key that seals and signs. */
  signing(): string
  /** From the schedule: finishes what was begun, and ends an epoch that is over. */
  renew(): Promise<void>
}

interface Needs {
  readonly config: Pick<Config, 'data' | 'keys' | 'clock'>
  readonly ledger: Pick<Ledger, 'rewrap' | 'epoch' | 'note'>
  readonly given: readonly OperatorKey[]
}

// A copy of the key store, in a backup or in old pages, opens for a week at most.
export const epochMillis = 7 * dayMillis

export function newOperatorKeys({ config, ledger, given }: Needs): OperatorKeys {
  const { clock } = config
  const inFile = config.keys === null
  let keys = given
  let current = newKeyRing(keys)

  /** The file first, then the ring, then the store: after a crash in between, the next start goes on. */
  function turn(next: readonly OperatorKey[]): void {
    writeKeys(join(config.data, 'keys'), next)
    keys = next
    current = newKeyRing(keys)
  }

  const first = (): OperatorKey => keys.find(({ revoked }) => !revoked)!
  const idOf = (id: string) => (/^[\w-]{1,64}$/.test(id) ? id : null)

  async function rewrapped(changed: boolean): Promise<KeysReport> {
    const { number, rewrapped } = await ledger.rewrap({ renew: true, operators: keys })
    return { operator: first().id, changed, epoch: number, rewrapped }
  }

  return {
    ring: turningRing(() => current),
    all: () => keys,
    signing: () => first().id,
    rotate: async () => {
      if (inFile) {
        turn([freshKey(keys), ...keys])
        await ledger.note({ actor: 'lethe', action: 'operator_key_made', object: idOf(first().id) })
      }
      return rewrapped(inFile)
    },
    revoke: async (id) => {
      if (!keys.some((each) => each.id === id)) throw unknown()
      if (!inFile) throw elsewhere()
      const next = keys.map((each) => (each.id === id ? { ...each, revoked: true } : each))
      const changed = next.every(({ revoked }) => revoked)
      turn(changed ? [freshKey(next), ...next] : next)
      await ledger.note({ actor: 'lethe', action: 'operator_key_revoked', object: idOf(id) })
      return rewrapped(changed)
    },
    renew: async () => {
      const { since } = await ledger.epoch()
      // A shifted clock must not end what is young in truth.
      await ledger.rewrap({ renew: clock.shift === 0 && clock.now() - since >= epochMillis })
    },
  }
}

function freshKey(keys: readonly OperatorKey[]): OperatorKey {
  const numbers = keys.map(({ id }) => Number(/^k(\d{1,9})$/.exec(id)?.[1] ?? 0))
  return { id: `k${Math.max(0, ...numbers) + 1}`, key: randomBytes(32), revoked: false }
}

// Synced before it takes the old file's place: without its keys a store is noise.
function writeKeys(path: string, keys: readonly OperatorKey[]): void {
  const lines = keys.map(
    ({ id, key, revoked }) => `${id}:${Buffer.from(key).toString('base64')}${revoked ? ':revoked' : ''}\n`,
  )
  const file = openSync(`${path}.new`, 'w', 0o600)
  writeSync(file, lines.join(''))
  fsyncSync(file)
  closeSync(file)
  renameSync(`${path}.new`, path)
}

const unknown = (): Fault =>
  new Fault(
    'operator_key_unknown',
    'There is no operator key with this id.',
    'The ids stand before the colons of the keys.',
  )

const elsewhere = (): Fault =>
  new Fault(
    'keys_elsewhere',
    'The operator keys come from LETHE_KEYS, which Lethe cannot write.',
    'Write :revoked behind the key in LETHE_KEYS, with another one first, and restart; then run lethe keys rotate.',
  )
