import { type Address, dayMillis, Fault, isoDay } from '../../base/index.ts'
import type { DisclosedCategory, Held, Ledger } from '../../ledger/index.ts'
import type { Disclosure, DisclosureClass } from '../../policy/policy.ts'
import type { Answered, Casebook, CaseNeeds } from './casebook.ts'

/** To whom and why; `categories` where less was asked for than the class may have. */
export interface Demand {
  readonly to: string
  readonly reason: string
  readonly categories?: readonly string[] | undefined
}

export interface Disclosed extends Answered {
  readonly to: DisclosureClass
  /** The policy's words for when this class may have anything. */
  readonly condition: string
  readonly data: { readonly format: 'lethe-disclosure'; readonly version: 1; readonly held: Held }
}

/**
 * The most that a class may have. Processors have theirs by their work, partners and anyone have nothing. What a mail said, what
 * somebody wrote to the controller, keys, hashes and the numbers that stand for people are in none of them.
 */
const most: Readonly<Partial<Record<DisclosureClass, readonly DisclosedCategory[]>>> = {
  authorities: ['contact', 'delivery', 'behaviour', 'consent'],
  successor: ['contact', 'consent'],
  affiliates: ['contact', 'consent'],
}

export interface DiscloseNeeds extends Pick<CaseNeeds, 'book' | 'clock'> {
  readonly ledger: Pick<Ledger, 'heldOf' | 'note' | 'standings'>
}

/**
 * Breaking the glass: somebody's data is handed to an authority or another class that the policy names with its condition. The
 * reason is in the audit log before anything is read; the case names the person, whose own export shows it from then on.
 */
export const newDisclose =
  ({ ledger, book, clock }: DiscloseNeeds, { answer, line }: Casebook) =>
  async (address: Address, { to, reason, categories }: Demand): Promise<Disclosed> => {
    const today = isoDay(Math.floor(clock.now() / dayMillis))
    const granted = book.inForce.disclosures.find((each) => each.to === to)
    const may = granted && most[granted.to]
    if (!granted?.met || granted.condition === null || !may || isOver(granted, book.inForce.attestations, today)) {
      throw refused(book.inForce.disclosures.filter((each) => each.met && most[each.to]).map((each) => each.to))
    }
    const strange = (categories ?? []).some((each) => !may.some((one) => one === each))
    if (strange || categories?.length === 0) throw tooWide(may)
    const shown = may.filter((each) => categories === undefined || categories.includes(each))
    const [standing] = await ledger.standings([address])
    if (standing?.restricted && granted.to !== 'authorities') throw setAside()
    const why = reason.trim()
    if (why.length < shortestReason) throw unreasoned()
    // First the entry: without it there is no access (law 7). It throws for a reason that could name a person.
    const entry = await ledger.note({ actor: 'lethe', action: `disclosed_to_${granted.to}`, reason: why })
    const { deed, ...answered } = await answer('disclose', address, async () => {
      const held = await ledger.heldOf(address, shown)
      const logged = line('reason_logged', 'The reason is in the audit log, under this number.', entry.sequence)
      if (!held)
        return { outcome: 'nothing_held', lines: [logged, line('nothing_held', 'Nothing is held here.')], held: {} }
      const count = Object.values(held).reduce((sum, rows) => sum + rows.length, 0)
      const says = `Handed to ${granted.to}, of what is held: ${shown.join(', ')}.`
      return { outcome: 'disclosed', lines: [logged, line('disclosed', says, count)], held }
    })
    const data = { format: 'lethe-disclosure', version: 1, held: deed.held } as const
    return { ...answered, to: granted.to, condition: granted.condition, data }
  }

const shortestReason = 8

type Attestations = readonly { readonly id: string; readonly until: string }[]

/** A condition that rests on somebody's word is met for as long as the word counts. */
const isOver = ({ metBy }: Disclosure, attestations: Attestations, today: string): boolean =>
  metBy !== null && !attestations.some(({ id, until }) => id === metBy && until >= today)

const refused = (allowed: readonly string[]): Fault =>
  new Fault(
    'disclosure_refused',
    'The policy in force discloses nothing to this class of recipients.',
    allowed.length > 0 ? `It names ${allowed.join(', ')}.` : 'It names no class that anything may be handed to.',
  )

const tooWide = (may: readonly string[]): Fault =>
  new Fault('disclosure_too_wide', 'This class of recipients may not have that.', `Ask for some of ${may.join(', ')}.`)

const setAside = (): Fault =>
  new Fault(
    'subject_restricted',
    'What is held about this person is set aside and may be used for nothing.',
    'Wait until the restriction is lifted; only an authority may have it before.',
  )

const unreasoned = (): Fault =>
  new Fault(
    'reason_missing',
    'A disclosure needs a reason that somebody can check later.',
    'Name the order or the danger in plain words, without names, addresses, dots or colons.',
  )
