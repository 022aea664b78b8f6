import { type Day, isoDay } from '../base/index.ts'
import type { EventKind, Policy } from '../policy/policy.ts'
import type { Standing } from './message.ts'

export interface TrackingPlan {
  readonly opens: boolean
  readonly clicks: boolean
  /** The date of the last open alone (`hygiene`), for somebody whose opens are not recorded. */
  readonly lastOpen?: true
  readonly reason:
    | 'policy_off'
    | 'consent_given'
    | 'consent_missing'
    | 'consent_withdrawn'
    | 'objected'
    | 'policy_grants'
    | 'tally_needs_campaign'
}

/** What a plan depends on beside the person. */
export interface Occasion {
  /** Only a campaign has recipients enough to hide in: a tally of a single message would be a record of one person. */
  readonly inCampaign: boolean
  readonly today: Day
}

type Reason = TrackingPlan['reason']
const recorded: ReadonlySet<Reason> = new Set<Reason>(['consent_given', 'policy_grants'])
export const untracked = (reason: Reason): TrackingPlan => ({ opens: false, clicks: false, reason })

/** May this person's opens and clicks be recorded? In doubt, untracked (law 7). */
export function planTracking(policy: Policy, standing: Standing, occasion: Occasion): TrackingPlan {
  if (standing.restricted || standing.suppressed) return untracked('objected')
  const reasons = [reasonFor(policy, 'open', standing, occasion), reasonFor(policy, 'click', standing, occasion)]
  const [opens, clicks] = reasons.map((reason) => recorded.has(reason))
  const reason = reasons.find((each) => each !== 'policy_off') ?? 'policy_off'
  const date = !opens && mayKeepLastOpen(policy, standing, occasion.today)
  return { opens: opens!, clicks: clicks!, ...(date ? { lastOpen: true } : {}), reason }
}

/** What both policies grant: of acceptance and in force. A version that nobody knows any more grants nothing. */
export function narrowerPlan(
  then: Policy | undefined,
  now: Policy,
  standing: Standing,
  occasion: Occasion,
): TrackingPlan {
  if (!then) return untracked('policy_off')
  const [a, b] = [planTracking(then, standing, occasion), planTracking(now, standing, occasion)]
  const narrower = Number(a.opens) + Number(a.clicks) < Number(b.opens) + Number(b.clicks) ? a : b
  const [opens, clicks] = [a.opens && b.opens, a.clicks && b.clicks]
  const date = !opens && [then, now].every((policy) => mayKeepLastOpen(policy, standing, occasion.today))
  return { opens, clicks, ...(date ? { lastOpen: true } : {}), reason: narrower.reason }
}

function reasonFor(policy: Policy, kind: EventKind, standing: Standing, { inCampaign }: Occasion): Reason {
  const { mode, purpose: name } = policy.events[kind]
  const purpose = policy.purposes.get(name)
  if (mode === 'off' || !purpose) return 'policy_off'
  if (mode === 'tally' && !inCampaign) return 'tally_needs_campaign'
  if (standing.objected.has(name)) return 'objected'
  const consent = standing.consents.get(name)
  if (consent === 'withdrawn') return 'consent_withdrawn'
  if (consent === 'granted') return 'consent_given'
  return purpose.consent === 'opt-in' ? 'consent_missing' : 'policy_grants'
}

/** Hygiene, while the attestation that it names counts; one that has run out, or that nobody gave, exempts nothing (law 7). */
export function hygieneOn({ hygiene, attestations }: Policy, today: Day): Policy['hygiene'] {
  const vouched = attestations.find(({ id, kind }) => id === hygiene?.exemptedBy && kind === 'jurisdiction')
  return vouched && vouched.until >= isoDay(today) ? hygiene : null
}

/** Whoever said no to being recorded, or to this, meant this as well. */
function mayKeepLastOpen(policy: Policy, standing: Standing, today: Day): boolean {
  const hygiene = hygieneOn(policy, today)
  const purpose = hygiene && policy.purposes.get(hygiene.purpose)
  if (!purpose || standing.restricted || standing.suppressed) return false
  const named = [hygiene.purpose, policy.events.open.purpose]
  if (named.some((name) => standing.objected.has(name) || standing.consents.get(name) === 'withdrawn')) return false
  return purpose.consent !== 'opt-in' || standing.consents.get(hygiene.purpose) === 'granted'
}
