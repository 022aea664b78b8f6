import { type Address, dayOf, Fault, isoDay, type Language } from '../base/index.ts'
import { type Claims, confirmPurpose, type KeyRing, mintToken, refuseAddressIn } from '../gate/index.ts'
import type { ConsentRequest, Ledger } from '../ledger/index.ts'
import { confirmContent } from './confirm-content.ts'
import type { Feed } from './feed.ts'
import { type PermitNeeds, permitAll } from './permit.ts'
import { postStops } from './stops.ts'

export interface ConfirmNeeds extends PermitNeeds {
  readonly ledger: PermitNeeds['ledger'] & Pick<Ledger, 'requestConsent' | 'confirmConsent'>
  readonly feed: Pick<Feed, 'nudge'>
  readonly ring: KeyRing
  /** Base of every link in a mail, without a slash at its end. */
  readonly publicUrl: string
}

/** Double opt-in: a consent counts once the owner of the address has said so. */
export interface Confirmations {
  /**
   * Mails the address a link to confirm with, at most once a day for a purpose. Answers the same whoever it is, and
   * whether a mail went out: the last day, as an ISO day, on which it can be confirmed. Throws `consent_incomplete`,
   * `address_in_wording`.
   */
  request(address: Address, request: ConsentRequest, language: Language): Promise<{ readonly until: string }>
  /** Resolves once it is durable and known to every tracker; false when there is nothing to confirm any more. */
  confirm(claims: Claims): Promise<boolean>
}

export function newConfirmations(needs: ConfirmNeeds): Confirmations {
  const { ledger, book, clock, ring, feed, publicUrl } = needs
  return {
    request: async (to, request, language) => {
      const wording = request.wording.trim()
      if (!wording) throw wordingEmpty()
      refuseAddressIn(wording, book.inForce.controller.contact)
      const now = clock.now()
      const { number: policy, controller, unconfirmedDays } = book.inForce
      const asked = await ledger.requestConsent(to, { purpose: request.purpose, wording })
      if (!asked) return { until: isoDay(dayOf(now) + unconfirmedDays) }
      const { id, handle, mail, until } = asked
      const claims = { policy, issued: dayOf(now), message: id, handle, link: 0, target: '' }
      const url = `${publicUrl}/confirm/${mintToken(ring, 'confirm', claims)}?lang=${language}`
      const { name, contact } = controller
      const content = confirmContent({ language, wording, url, until: isoDay(until), controller: name, contact })
      const own = { name: null, from: null, replyTo: null, merge: {}, consents: [], campaign: null }
      // The same id for the same request: repeated, or after a crash in between, it is one mail.
      await permitAll(needs, [{ id: mail, purpose: confirmPurpose.name, ...own, to, content, acceptedAt: now }])
      feed.nudge()
      return { until: isoDay(until) }
    },
    confirm: async ({ handle, message }) => {
      const done = handle === null ? null : await ledger.confirmConsent(handle, message)
      if (!done) return false
      await postStops(needs, [{ handle, stops: done.stops }])
      return true
    },
  }
}

const wordingEmpty = (): Fault =>
  new Fault(
    'consent_incomplete',
    'A request for a consent needs the wording that the person saw.',
    'Give `wording` as text: it stands in the mail that asks for the confirmation.',
  )
