/**
 * The fresh link to a person's own data, mailed to their address and to no other. In: a wish, from whoever holds a link or
 * typed an address. Out: one mail an address in some minutes, or silence. Forbidden: telling the one who asks which it was,
 * before the answer or by its time; keeping the wish of somebody who is not known.
 */
import { type Address, dayOf, type Handle, isFault, type Language, type Log, newId } from '../../base/index.ts'
import { type KeyRing, mintToken, rightsPurpose } from '../../gate/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { Feed } from '../feed.ts'
import { type PermitNeeds, permitAll } from '../permit.ts'
import { rightsContent } from './content.ts'
import { newWishes, type Wish } from './wishes.ts'

export type { Wish } from './wishes.ts'

export interface RightsMailNeeds extends PermitNeeds {
  readonly ledger: PermitNeeds['ledger'] & Pick<Ledger, 'contactOf' | 'addMailedLink'>
  readonly feed: Pick<Feed, 'nudge'>
  readonly ring: KeyRing
  readonly log: Log
  /** Base of every link in a mail, without a slash at its end. */
  readonly publicUrl: string
  /** Milliseconds from a wish to the first look at the store. */
  readonly delay?: () => number
}

export type Mailed = 'kept' | 'unknown' | 'recent'

export interface RightsMail {
  /** Takes the wish and returns at once, whoever it is for: what comes of it comes later. */
  ask(wish: Wish): void
  /** A link to the new address; `recent` when the one before is only minutes old. */
  confirm(address: Address, nextAddress: Address, language: Language): Promise<Mailed>
  /** Resolves when nothing is left to do. */
  drain(): Promise<void>
}

export const linkMillis = 3_600_000
const pauseMillis = 5 * 60_000
// However many are turned away, the log grows by one line in this time: an outsider must not be able to roll it over.
const silenceMillis = 60_000

/**
 * Long enough after the answer, and each time another while: what is done for somebody known also slows this process down,
 * and a second request right behind the first could feel that.
 */
const someTime = (): number => 200 + Math.random() * 1_800

export function newRightsMail(needs: RightsMailNeeds): RightsMail {
  const { ledger, book, clock, ring, publicUrl, log, feed, delay = someTime } = needs
  const wishes = newWishes(clock)
  let working: Promise<void> | null = null
  let turnedAway = 0
  let silence: NodeJS.Timeout | null = null

  /** The link is on record before the mail is: one that cannot be opened is never sent. */
  async function mail(
    kind: 'open' | 'confirm',
    language: Language,
    { handle, address, nextAddress }: { handle: Handle | null; address: Address; nextAddress: Address | null },
  ): Promise<Mailed> {
    const now = clock.now()
    const id = newId()
    const link = { id, kind, handle, address, nextAddress, expiresAt: now + linkMillis }
    const kept = await ledger.addMailedLink(link, pauseMillis)
    if (kept !== 'kept') return kept
    const { number: policy, controller } = book.inForce
    const { name: sender, contact } = controller
    const claims = { policy, issued: dayOf(now), message: id, handle: null, link: 0, target: kind }
    const url = `${publicUrl}/me/${mintToken(ring, 'access', claims)}?lang=${language}`
    const content = rightsContent({ kind, language, url, controller: sender, contact })
    const own = { name: null, from: null, replyTo: null, merge: {}, consents: [], campaign: null }
    const to = nextAddress ?? address
    const request = { id: newId(), purpose: rightsPurpose.name, ...own, to, owner: address, content, acceptedAt: now }
    await permitAll(needs, [request])
    feed.nudge()
    return kept
  }

  async function grant({ handle, typed, language }: Wish): Promise<void> {
    const address = (handle && (await ledger.contactOf(handle))) || typed
    if (address) await mail('open', language, { handle, address, nextAddress: null })
  }

  async function work(): Promise<void> {
    for (let wish = wishes.next(); wish; wish = wishes.next()) {
      await grant(wish).catch((cause) =>
        log.warn('rights_mail_failed', { code: isFault(cause) ? cause.code : 'defect' }),
      )
    }
    working = null
  }

  function sayTurnedAway(): void {
    if (silence) clearTimeout(silence)
    silence = null
    if (turnedAway > 0) log.warn('rights_mail_full', { code: 'too_many', count: turnedAway })
    turnedAway = 0
  }

  return {
    ask: (wish) => {
      if (!wishes.add(wish)) {
        turnedAway += 1
        silence ??= setTimeout(sayTurnedAway, silenceMillis).unref()
      }
      working ??= new Promise<void>((resolve) => void setTimeout(resolve, delay())).then(work)
    },
    confirm: (address, nextAddress, language) => mail('confirm', language, { handle: null, address, nextAddress }),
    drain: async () => {
      while (working) await working
      sayTurnedAway()
    },
  }
}
