import type { Address, Id } from '../base/index.ts'
import type { Claims, ConsentRecord } from '../gate/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { PolicyBook } from '../policy/policy.ts'
import { postStops, type StopNeeds } from './stops.ts'

export interface ConsentNeeds extends StopNeeds {
  readonly ledger: Pick<Ledger, 'recordConsent' | 'recordConsentOf' | 'suppressOf' | 'message'>
}

/** What people decide. Each verb resolves only when the decision is durable and known to every tracker (law 5). */
export interface ConsentVerbs {
  /** Keeps a caller's record of a grant or a withdrawal; returns the receipt's id, or null for one who was erased since. */
  record(address: Address, record: ConsentRecord): Promise<Id | null>
  /** What the reader of a mail says through its link: record no more opens and clicks. Someone who is gone needs no more. */
  withdraw(claims: Claims): Promise<void>
  /** Likewise: no more mail for the purpose that the link names, or else for that of the message it came in. */
  unsubscribe(claims: Claims): Promise<void>
}

export function newConsentVerbs(needs: ConsentNeeds): ConsentVerbs {
  const { ledger, book, clock } = needs
  return {
    record: async (address, record) => {
      const { receipt, ...change } = await ledger.recordConsent(address, record)
      await postStops(needs, [change])
      return receipt
    },
    withdraw: async ({ handle }) => {
      if (handle === null) return
      const at = new Date(clock.now()).toISOString()
      const words = { at, source: 'link-in-mail' as const, wording: 'Stop recording opens and clicks' }
      for (const purpose of trackingPurposes(book)) {
        const answer = await ledger.recordConsentOf(handle, { purpose, state: 'withdrawn', ...words })
        if (answer) await postStops(needs, [{ handle, stops: answer.stops }])
      }
    },
    unsubscribe: async ({ handle, target, message }) => {
      if (handle === null) return
      const purpose = target || (await ledger.message(message))?.purpose || null
      const receipt = await ledger.suppressOf(handle, purpose)
      const stops = purpose === null || trackingPurposes(book).has(purpose) ? 'stop' : null
      if (receipt !== null) await postStops(needs, [{ handle, stops }])
    },
  }
}

/** Of every version that a token may still name; who stops the recording stops the date of the last open as well. */
function trackingPurposes({ inForce, all }: PolicyBook): ReadonlySet<string> {
  const policies = [inForce, ...all.values()]
  const rules = policies.flatMap(({ events }) => [events.open, events.click])
  const recorded = rules.filter(({ mode }) => mode !== 'off').map(({ purpose }) => purpose)
  return new Set([...recorded, ...policies.flatMap(({ hygiene }) => (hygiene ? [hygiene.purpose] : []))])
}
