import { deriveKey, digest, equalBytes, keyedHash } from '../base/index.ts'
import type { KeyRing } from '../gate/index.ts'

/** Where the board holds them: the digest, which is looked at often, and the sheet itself, which is long. */
export const pinNames = { mark: 'policies.mark', sheet: 'policies' } as const

/** Every policy version that a token or a row may still name, as the processes with the store know them. */
export interface PolicySheet {
  readonly inForce: number
  /** Grows with each policy that comes into force: a sheet with a smaller one is an older sheet. */
  readonly turn: number
  readonly sources: readonly { readonly number: number; readonly source: string }[]
  /** A wider policy that people are being told of. */
  readonly waiting: { readonly source: string; readonly from: string | null } | null
}

// Anybody with the engine's password can write on the board, so what a tracker believes carries our seal.
const sealOf = (key: Uint8Array, text: string): Buffer => keyedHash(deriveKey(key, 'l.board_'), text)

export const sealed = (ring: KeyRing, text: string): string =>
  `${sealOf(ring.signing.key, text).toString('base64url')} ${text}`

/** The text under a seal of ours, or null. */
export function unsealed(ring: KeyRing, given: string): string | null {
  const cut = given.indexOf(' ')
  const [seal, text] = [Buffer.from(given.slice(0, cut), 'base64url'), given.slice(cut + 1)]
  return ring.all.some(({ key, revoked }) => !revoked && equalBytes(seal, sealOf(key, text))) ? text : null
}

export const markOf = (sheet: string): string => digest(sheet)

/** The sheet that a text under our seal holds; it was written by a version of this code base, perhaps another one. */
export function readSheet(text: string): PolicySheet | null {
  let told: unknown
  try {
    told = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof told !== 'object' || told === null || !('inForce' in told) || !('sources' in told)) return null
  const { inForce, sources } = told
  const waiting = 'waiting' in told ? told.waiting : null
  const turn = 'turn' in told ? told.turn : null
  if (typeof turn !== 'number' || typeof inForce !== 'number' || !Array.isArray(sources)) return null
  const sound = sources.every(
    (each: unknown): each is PolicySheet['sources'][number] =>
      typeof each === 'object' &&
      each !== null &&
      'number' in each &&
      typeof each.number === 'number' &&
      'source' in each &&
      typeof each.source === 'string',
  )
  if (!sound || !sources.some(({ number }: { readonly number: number }) => number === inForce)) return null
  return { inForce, turn, sources, waiting: readWaiting(waiting) }
}

function readWaiting(told: unknown): PolicySheet['waiting'] {
  if (typeof told !== 'object' || told === null || !('source' in told) || typeof told.source !== 'string') return null
  const from = 'from' in told && typeof told.from === 'string' ? told.from : null
  return { source: told.source, from }
}
