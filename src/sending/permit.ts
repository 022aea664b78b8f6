import { dayOf, Fault, type Id } from '../base/index.ts'
import { housePurpose, type MessageFacts, permitMessage, type SendRequest, type Standing } from '../gate/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Policy, Purpose } from '../policy/policy.ts'
import { postStops, type StopNeeds } from './stops.ts'

export interface PermitNeeds extends StopNeeds {
  readonly ledger: Pick<Ledger, 'standings' | 'accept' | 'recordConsent'>
}

export interface Permitted {
  readonly facts: MessageFacts
  /** False for an address that the campaign already has, and for a campaign that is over. */
  readonly accepted: boolean
  readonly over: boolean
  readonly id: Id
}

/** A purpose of the policy that mail may be sent for. Throws `purpose_unknown`, `purpose_not_sending`. */
export function sendingPurpose(policy: Policy, name: string): Purpose {
  const purpose = policy.purposes.get(name)
  const known = [...policy.purposes.values()].filter(({ sends }) => sends).map((each) => each.name)
  if (!purpose) {
    throw new Fault('purpose_unknown', 'The policy has no such purpose.', `Use one of: ${known.join(', ')}.`)
  }
  if (!purpose.sends) {
    throw new Fault(
      'purpose_not_sending',
      'The policy sends no mail for this purpose.',
      `Use one of: ${known.join(', ')}.`,
    )
  }
  return purpose
}

/**
 * The last step of acceptance, the same for one message and for a million: what is known of each person, the gate's
 * permission, the ledger. One look-up and one transaction for all `requests`.
 */
export async function permitAll(needs: PermitNeeds, requests: readonly SendRequest[]): Promise<readonly Permitted[]> {
  const { ledger, book, clock } = needs
  const policy = book.inForce
  const standings = await standingsWith(needs, requests)
  const today = dayOf(clock.now())
  const messages = requests.map((request, index) => {
    const { purpose: name } = request
    const purpose = housePurpose(name) ?? sendingPurpose(policy, name)
    return permitMessage(request, policy, purpose, standings[index]!, today)
  })
  const answers = await ledger.accept(messages)
  await postStops(needs, answers)
  return answers.map(({ id, accepted, over = false }, index) => ({
    ...{ id, accepted, over },
    facts: messages[index]!.facts,
  }))
}

/**
 * What is known of each person, what the requests bring included. A grant against a withdrawal that is on record is
 * recorded first and asked for again: which of the two is the later one, only the ledger can tell.
 */
async function standingsWith(needs: PermitNeeds, requests: readonly SendRequest[]): Promise<readonly Standing[]> {
  const { ledger } = needs
  const known = await ledger.standings(requests.map(({ owner, to }) => owner ?? to))
  const all: Standing[] = []
  for (const [index, { to, consents }] of requests.entries()) {
    const before = known[index]!
    const disputed = consents.filter(({ purpose }) => before.consents.get(purpose) === 'withdrawn')
    for (const consent of disputed) await postStops(needs, [await ledger.recordConsent(to, consent)])
    const standing = disputed.length === 0 ? before : (await ledger.standings([to]))[0]!
    const news = consents.filter((consent) => !disputed.includes(consent))
    const states = news.map(({ purpose, state }) => [purpose, state] as const)
    all.push(news.length === 0 ? standing : { ...standing, consents: new Map([...standing.consents, ...states]) })
  }
  return all
}
