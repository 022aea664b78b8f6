import type { Policy, Purpose } from '../policy/policy.ts'

/**
 * Purposes of the house, which no policy declares, since nobody can opt out of them, and no caller can name: a policy's own
 * names hold no dot. Nothing of such mail is recorded.
 */
const ofTheHouse = (name: string, basis: Purpose['basis'], unknownOutcome: Purpose['unknownOutcome']): Purpose =>
  Object.freeze({ name, basis, consent: 'none', evidence: null, subscribed: false, unknownOutcome, sends: true })

/** Telling people that the policy changes. */
export const noticePurpose: Purpose = ofTheHouse('policy.notice', 'legal_obligation', 'hold')

/** Asking the owner of an address whether a consent given in their name is theirs. Nothing else is in that mail. */
export const confirmPurpose: Purpose = ofTheHouse('policy.confirm', 'legal_obligation', 'hold')

/** The link to their own data that somebody asked for. Nothing that they declined stops it, and nothing but the link is in it. */
export const rightsPurpose: Purpose = ofTheHouse('policy.rights', 'legal_obligation', 'resend')

const houses = [noticePurpose, confirmPurpose, rightsPurpose]
const house: ReadonlyMap<string, Purpose> = new Map(houses.map((each) => [each.name, each]))

export const housePurposes: readonly string[] = [...house.keys()]

export const housePurpose = (name: string): Purpose | undefined => house.get(name)

/** The purpose that a message names: one of the house, or the policy's. */
export const purposeOf = (policy: Policy, name: string): Purpose | undefined =>
  house.get(name) ?? policy.purposes.get(name)
