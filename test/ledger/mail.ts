import { type Address, type Clock, dayOf, newId, parseAddress } from '../../src/base/index.ts'
import {
  type ConsentRecord,
  newRawHit,
  type PermittedEvent,
  permitHit,
  permitMessage,
  purposeOf,
  type SendRequest,
  type Standing,
  unknownPerson,
} from '../../src/gate/index.ts'
import type { EventKind, Policy, PolicyBook } from '../../src/policy/policy.ts'

export const address = (text: string): Address => parseAddress(text)!

/** 2026-03-10T12:00:00Z, moved at will. */
export function handClock(start = Date.UTC(2026, 2, 10, 12)) {
  let now = start
  return {
    now: () => now,
    shift: 0,
    pass: (millis: number) => {
      now += millis
    },
    reset: () => {
      now = start
    },
    passDays: (days: number) => {
      now += days * 86_400_000
    },
  }
}

export const consentTo = (purpose: string, state: ConsentRecord['state'], at: number): ConsentRecord => ({
  purpose,
  state,
  at: new Date(at).toISOString(),
  source: 'form',
  wording: 'Yes, you may count what I open.',
})

export function requestTo(to: string, clock: Clock, given: Partial<SendRequest> = {}): SendRequest {
  return {
    id: newId(),
    purpose: 'deliver',
    campaign: null,
    to: address(to),
    name: 'Nadia Needle-Name',
    from: 'desk@example.com',
    replyTo: null,
    content: { subject: 'Needle-Subject', html: '<p>Needle-Body</p>', text: null, attachments: [] },
    merge: {},
    consents: [],
    acceptedAt: clock.now(),
    ...given,
  }
}

export const permit = (request: SendRequest, policy: Policy, standing: Standing = unknownPerson) =>
  permitMessage(request, policy, purposeOf(policy, request.purpose)!, standing, dayOf(request.acceptedAt))

/** A genuine event through the gate: the store takes no other. */
export function hitOn(
  subject: string,
  clock: Clock,
  book: PolicyBook,
  given: {
    readonly kind?: EventKind
    readonly link?: number
    readonly shared?: boolean
    readonly policy?: number
    readonly agent?: string
    readonly country?: string | null
  } = {},
): PermittedEvent {
  const kind = given.kind ?? 'open'
  const hit = newRawHit({
    ...{ method: 'GET', address: '192.0.2.7', userAgent: 'test', acceptLanguage: 'de', gpc: false, dnt: false },
    at: clock.now(),
  })
  const claims = {
    policy: given.policy ?? book.inForce.number,
    issued: dayOf(clock.now()),
    message: subject,
    handle: given.shared ? null : 'AAAAAAAAAAAAAAAA',
    link: given.link ?? 0,
    target: '',
  }
  const readers = {
    place: () => ({ country: given.country === undefined ? 'DE' : given.country, region: null }),
    client: () => ({ browser: 'Firefox', os: 'Linux', device: null }),
    agent: () => given.agent ?? 'person',
  }
  return permitHit(hit, kind, claims, book.inForce, book.all, readers).permitted!
}
