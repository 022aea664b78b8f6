/** Mails and hits as they come through the gate, for benches that begin at the store. */
import { dayOf, type Id, newHandle, newId, parseAddress } from '../src/base/index.ts'
import { newRawHit, type PermittedEvent, permitHit, permitMessage, unknownPerson } from '../src/gate/index.ts'
import { loadPolicy } from '../src/policy/index.ts'

export const policy = loadPolicy('mailerplex')
export const book = { inForce: policy, all: new Map([[policy.number, policy]]) }

const deliver = policy.purposes.get('deliver')!
const readers = {
  place: () => ({ country: 'SE', region: null }),
  client: () => ({ browser: 'Chrome', os: 'Linux', device: null }),
  agent: () => 'person',
}

/** A campaign's mail to somebody new who said yes to being counted. */
export function mailTo(email: string, campaign: Id) {
  const at = Date.now()
  const wording = { source: 'form', wording: 'Yes' } as const
  const consent = { purpose: 'insight', state: 'granted', at: new Date(at).toISOString(), ...wording } as const
  const request = {
    ...{
      id: newId(),
      purpose: 'deliver',
      campaign,
      to: parseAddress(email)!,
      name: 'Bench',
      from: null,
      replyTo: null,
    },
    ...{ content: null, merge: { course: 'Rowing' }, consents: [consent], acceptedAt: at },
  }
  return permitMessage(request, policy, deliver, unknownPerson, dayOf(at))
}

/** A reader's hit on a mail of today. */
export function hitOn(message: Id, kind: 'open' | 'click' = 'open'): PermittedEvent {
  const link = kind === 'click' ? 1 : 0
  const at = Date.now()
  const claims = { policy: policy.number, issued: dayOf(at), message, handle: newHandle(), link, target: '' }
  const seen = { method: 'GET', address: '203.0.113.9', userAgent: 'Mozilla/5.0', acceptLanguage: 'en' } as const
  const hit = newRawHit({ ...seen, gpc: false, dnt: false, at })
  return permitHit(hit, kind, claims, policy, book.all, readers).permitted!
}
