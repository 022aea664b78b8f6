import { bytesOf, type Handle, handlesTogether, idOf } from '../../base/index.ts'
import { confirmPurpose, housePurpose, type MessageFacts, rightsPurpose, type SendRefusal } from '../../gate/index.ts'
import type { Acceptance } from '../ledger.ts'
import { type Newcomer, newPerson, type Person } from './people.ts'

/** A message, and what the store says of it before anything is written. */
export interface Asked {
  readonly facts: MessageFacts
  readonly stopHash: Buffer
  readonly found: Person | null
  /** The message that this person has of the same campaign already. */
  readonly repeats: Buffer | null
  readonly exists: boolean
  readonly suppressed: boolean
  /** Its campaign is done or cancelled: nothing would ever send it. */
  readonly over: boolean
}

/** A message that is to be kept. */
export interface Draft {
  readonly facts: MessageFacts
  readonly id: Buffer
  readonly campaign: Buffer | null
  readonly person: Person | null
  readonly refused: SendRefusal | null
  /** True of the first that says what its address was given for. */
  readonly source: boolean
}

/**
 * What becomes of each message of a batch, one after the other: one may repeat another, or be to a person who is new with
 * it. Nothing is read or written here. A draft in the place of an answer is to be kept.
 */
export function draftsOf(batch: readonly Asked[]) {
  const nextHandle = handlesTogether()
  const newcomers: Newcomer[] = []
  const made = new Map<string, Person>()
  const ofCampaigns = new Map<string, Buffer>()
  const strangers = new Set<string>()
  const ids = new Set<string>()
  const sourced = new Set<Handle>()

  function answer({ facts, stopHash, found: there, repeats, exists, suppressed, over }: Asked): Acceptance | Draft {
    const id = bytesOf(facts.id)
    const campaign = facts.campaign === null ? null : bytesOf(facts.campaign)
    const found = there ?? made.get((facts.owner ?? facts.to).normal) ?? null
    const known = exists || ids.has(facts.id) ? id : null
    const before = repeats ?? (found && ofCampaigns.get(`${facts.campaign} ${handleOf(found)}`)) ?? known
    if (before) return { id: idOf(before), accepted: false, handle: handleOf(found), stops: null }

    if (over) return { id: facts.id, accepted: false, handle: null, stops: null, over }

    // Asked again under the lock: an erasure or an unsubscription may have come after the gate looked.
    const refused = facts.refused ?? (mayReach(facts, found, suppressed) ? null : 'suppressed')
    const person = found ?? (mayMake(facts, refused) ? join(facts, stopHash) : null)
    if (!person && campaign) {
      const place = `${facts.campaign} ${facts.to.normal}`
      if (strangers.has(place)) return { id: facts.id, accepted: false, handle: null, stops: null }
      strangers.add(place)
    }
    const handle = handleOf(person)
    if (handle && campaign) ofCampaigns.set(`${facts.campaign} ${handle}`, id)
    ids.add(facts.id)
    const source = person?.source === null && !refused && !housePurpose(facts.purpose) && !sourced.has(handle!)
    if (source) sourced.add(handle!)
    return { facts, id, campaign, person, refused, source }
  }

  function join({ to }: MessageFacts, stopHash: Buffer): Person {
    const handle = nextHandle()
    const person = newPerson(handle)
    newcomers.push({ address: to, stopHash, handle })
    made.set(to.normal, person)
    return person
  }

  return { answers: batch.map(answer), newcomers }
}

export const isDraft = (answer: Acceptance | Draft): answer is Draft => 'facts' in answer

export function handleOf(person: Person): Handle
export function handleOf(person: Person | null): Handle | null
export function handleOf(person: Person | null): Handle | null {
  return person ? idOf(person.handle) : null
}

/** The owner of an address may be asked what is theirs to say, and a link to one's own data goes to whoever is known. */
export const reachesAnybody = ({ purpose }: MessageFacts): boolean =>
  purpose === rightsPurpose.name || purpose === confirmPurpose.name

function mayReach(facts: MessageFacts, found: Person | null, suppressed: boolean): boolean {
  if (facts.purpose === rightsPurpose.name) return found !== null
  return reachesAnybody(facts) || !suppressed
}

/** A refusal makes nobody known, unless to remember that they said no. */
const mayMake = (facts: MessageFacts, refused: SendRefusal | null): boolean =>
  refused === null || (refused !== 'suppressed' && facts.consents.some(({ state }) => state === 'withdrawn'))
