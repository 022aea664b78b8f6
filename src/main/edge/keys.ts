import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Fault, isFault, type Log, wipe } from '../../base/index.ts'
import { type KeyRing, newKeyRing, parseOperatorKeys, turningRing } from '../../gate/index.ts'
import type { Config } from '../config.ts'

export interface TokenKeys {
  readonly ring: KeyRing
  /** Takes up a file that was written anew: what was rotated signs, and what was revoked records nothing more. */
  refresh(log: Log): void
}

/** Sub-keys and nothing else: the operator's keys, from which the store could be opened, are overwritten once they are derived. */
function ringOf(text: string): KeyRing {
  const keys = parseOperatorKeys(text)
  const ring = newKeyRing(keys)
  for (const { key } of keys) wipe(key)
  return ring
}

const missing = () =>
  new Fault(
    'keys_missing',
    'A tracker of its own makes no operator keys: under fresh ones every link in every mail would be a forgery.',
    'Set LETHE_KEYS to the keys of the processes with the store, or LETHE_DATA to their folder on this machine.',
  )

/** The token sub-keys of LETHE_KEYS, or of the keys file that the process with the store wrote. Throws `keys_missing`, `keys_malformed`. */
export function openTokenKeys({ keys, data }: Pick<Config, 'keys' | 'data'>): TokenKeys {
  const file = join(data, 'keys')
  let stamp = ''
  const read = (): string => {
    if (keys !== null) return keys
    try {
      stamp = stampOf(file)
      return readFileSync(file, 'utf8')
    } catch {
      throw missing()
    }
  }
  const text = read()
  if (text.trim() === '') throw missing()
  let current = ringOf(text)
  return {
    ring: turningRing(() => current),
    refresh: (log) => {
      if (keys !== null) return
      try {
        if (stampOf(file) !== stamp) current = ringOf(read())
      } catch (cause) {
        log.warn('keys_not_read', { code: isFault(cause) ? cause.code : 'keys_missing' })
      }
    },
  }
}

function stampOf(file: string): string {
  const { mtimeMs, ino, size } = statSync(file)
  return `${mtimeMs} ${ino} ${size}`
}
