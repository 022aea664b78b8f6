import { equalBytes, Fault, keyedHash, randomBytes, secretMatches } from '../../base/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import { keyPattern, type Scope, scopes } from '../../upkeep/scopes/index.ts'

export { type Scope, scopes }

/** Who calls, as the audit log names them, and what they may do. */
export interface Caller {
  readonly actor: string
  readonly scopes: ReadonlySet<string>
}

/** The caller behind a presented key, or null when it is none of ours. */
export type Authorize = (presented: string) => Caller | null | Promise<Caller | null>

/** One key with all scopes. Both sides are hashed first, so that the comparison tells nothing, not even a length. */
export function bootstrapKey(secret: string): Authorize {
  const pepper = randomBytes(32)
  const expected = keyedHash(pepper, secret)
  const caller: Caller = { actor: 'bootstrap', scopes: new Set(scopes) }
  return (presented) => (equalBytes(keyedHash(pepper, presented), expected) ? caller : null)
}

const remembered = 1000

/**
 * Keys that were created. The row is read at each request, so that a revoked key ends at once in every process; its slow
 * hash is asked once a process, and after that a fast one under a key that lives in this memory only.
 */
export function createdKeys({ apiKey }: Pick<Ledger, 'apiKey'>): Authorize {
  const pepper = randomBytes(32)
  const known = new Map<string, Buffer>()
  return async (presented) => {
    const id = keyPattern.exec(presented)?.[1]
    const facts = id === undefined ? null : await apiKey(id)
    if (!facts?.hash || facts.revokedAt !== null) return null
    const caller: Caller = { actor: facts.id, scopes: new Set(facts.scopes) }
    const quick = keyedHash(pepper, presented)
    const before = known.get(facts.id)
    if (before && equalBytes(before, quick)) return caller
    if (!(await secretMatches(facts.hash, presented))) return null
    if (known.size >= remembered) known.clear()
    known.set(facts.id, quick)
    return caller
  }
}

/** The first that knows the key. */
export const anyKey =
  (...each: readonly Authorize[]): Authorize =>
  async (presented) => {
    for (const ask of each) {
      const caller = await ask(presented)
      if (caller) return caller
    }
    return null
  }

/** The caller's name, or `key_missing` or `scope_missing`. RFC 6750 section 2.1. One of `needed` is enough. */
export async function requireScope(
  authorize: Authorize,
  header: string | null,
  needed: readonly Scope[],
): Promise<string> {
  const presented = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(header ?? '')?.[1]
  const caller = presented === undefined ? null : await authorize(presented)
  if (!caller) {
    throw new Fault('key_missing', 'The API key is missing or unknown.', 'Send Authorization: Bearer and the key.')
  }
  if (needed.some((scope) => caller.scopes.has(scope))) return caller.actor
  throw new Fault(
    'scope_missing',
    `This key may not do that; it needs the scope ${needed.join(' or ')}.`,
    'Use a key with that scope.',
  )
}
