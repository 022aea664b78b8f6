import type { Ledger } from '../ledger/index.ts'
import { compileSource, diffPolicies, type Policy, type PolicyBook } from '../policy/index.ts'

/** A book whose pages change while others hold it: the policy in force, and every version that tokens and rows still name. */
export interface OpenBook extends PolicyBook {
  readonly all: Map<number, Policy>
  /** Another version is in force from now on; the earlier ones stay known. */
  turn(policy: Policy): void
}

export function newBook(policy: Policy): OpenBook {
  const all = new Map([[policy.number, policy]])
  return {
    inForce: policy,
    all,
    turn(next) {
      // The one place where the policy in force changes; everybody else sees a page that cannot be written on.
      Object.assign(this, { inForce: next })
      all.set(next.number, next)
    },
  }
}

/**
 * Brings back every version that something may still name, and decides which one is in force: the configured one, unless
 * it is wider than the one that was in force before. That one stays then, and the configured one has to wait for its
 * notice; it is returned. Reads only.
 */
export async function fillBook(book: OpenBook, ledger: Pick<Ledger, 'policySources'>): Promise<Policy | null> {
  const configured = book.inForce
  const sources = await ledger.policySources()
  for (const { number, source } of sources) {
    if (!book.all.has(number)) book.all.set(number, compileSource(source))
  }
  const last = sources.at(-1)
  const before = last && book.all.get(last.number)
  if (!before || before.number === configured.number) return null
  const { effect, noticeDays } = diffPolicies(before, configured)
  if (effect !== 'widening' || noticeDays === 0) return null
  book.turn(before)
  return configured
}

/** Brings in what other processes have put in force since; the last of it counts. */
export async function refreshBook(book: OpenBook, ledger: Pick<Ledger, 'policySources'>): Promise<void> {
  const sources = await ledger.policySources()
  for (const { number, source } of sources) {
    if (!book.all.has(number)) book.all.set(number, compileSource(source))
  }
  const last = sources.at(-1)
  const inForce = last && book.all.get(last.number)
  if (inForce && inForce.number !== book.inForce.number) book.turn(inForce)
}
