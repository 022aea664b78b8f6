import { z } from 'zod'
import { equalBytes, keyedHash, randomBytes } from '../../../base/index.ts'
import { codesIn } from '../codes.ts'
import { mailboxIsThere } from '../phrases.ts'
import type { Verdict } from '../verdict.ts'
import { type Door, jsonOf, notificationInvalid, signatureInvalid } from './door.ts'
import { stringsOf } from './notification.ts'

const webhook = z.object({ RecordType: z.string(), Type: z.string().nullish(), Details: z.string().nullish() })

/** What Postmark calls an address that is none; everything else that it calls a bounce is soft here. */
const addressGone: ReadonlySet<string> = new Set(['HardBounce', 'BadEmailAddress'])
const passing: ReadonlySet<string> = new Set(['Transient', 'DnsError'])

/** Postmark signs nothing: its webhook carries the user and password of the URL that it was given. */
export function newPostmarkDoor({ credentials }: { readonly credentials: string }): Door {
  // Compared as hashes under a key of the moment, so that neither length nor prefix can be timed.
  const key = randomBytes(32)
  const hash = (value: string) => keyedHash(key, value)
  const wanted = hash(`Basic ${Buffer.from(credentials).toString('base64')}`)
  return (body, header) => {
    if (!equalBytes(hash(header('authorization') ?? ''), wanted)) throw signatureInvalid()
    const value = jsonOf(body)
    const { success, data } = webhook.safeParse(value)
    if (!success) throw notificationInvalid()
    return { verdict: verdictOf(data), traces: stringsOf(value) }
  }
}

function verdictOf({ RecordType, Type, Details }: z.infer<typeof webhook>): Verdict {
  if (RecordType === 'SpamComplaint' || Type === 'SpamComplaint') return { kind: 'complaint' }
  if (RecordType === 'Delivery') return { kind: 'delivered' }
  if (RecordType !== 'Bounce') return { kind: 'other' }
  if (Type === 'AutoResponder') return { kind: 'autoreply' }
  const { status, reply } = codesIn(Details ?? '')
  const gone = addressGone.has(Type ?? '') && !mailboxIsThere.test((Details ?? '').toLowerCase())
  return { kind: 'bounce', class: gone ? 'hard' : 'soft', final: !passing.has(Type ?? ''), status, reply }
}
