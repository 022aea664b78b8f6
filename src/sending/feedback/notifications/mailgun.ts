import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { type Clock, equalBytes } from '../../../base/index.ts'
import { codesIn, statusIn } from '../codes.ts'
import { isHard } from '../judge.ts'
import type { Verdict } from '../verdict.ts'
import { type Door, jsonOf, signatureInvalid } from './door.ts'
import { stringsOf } from './notification.ts'

const text = z.string().nullish()
const webhook = z.object({
  signature: z.object({ timestamp: z.string(), token: z.string(), signature: z.string() }),
  'event-data': z.object({
    event: z.string(),
    severity: text,
    reason: text,
    'delivery-status': z
      .object({
        code: z.union([z.number(), z.string()]).nullish(),
        'enhanced-code': text,
        message: text,
        description: text,
      })
      .nullish(),
  }),
})

/** Mailgun tries again for hours with the signature of the first time. */
const oldest = 24 * 3_600_000

/** Signed by HMAC-SHA256 under the account's signing key (node:crypto: libsodium's prebuilt binding has no such HMAC). */
export const newMailgunDoor =
  ({ key, clock }: { readonly key: string; readonly clock: Clock }): Door =>
  (body) => {
    const value = jsonOf(body)
    const { success, data } = webhook.safeParse(value)
    if (!success) throw signatureInvalid()
    const { timestamp, token, signature } = data.signature
    const wanted = createHmac('sha256', key)
      .update(timestamp + token)
      .digest()
    const age = Math.abs(clock.now() - Number(timestamp) * 1000)
    if (!equalBytes(wanted, Buffer.from(signature, 'hex')) || !(age < oldest)) throw signatureInvalid()
    return { verdict: verdictOf(data['event-data']), traces: stringsOf(value) }
  }

function verdictOf(event: z.infer<typeof webhook>['event-data']): Verdict {
  if (event.event === 'complained') return { kind: 'complaint' }
  if (event.event === 'delivered') return { kind: 'delivered' }
  if (event.event !== 'failed') return { kind: 'other' }
  const status = event['delivery-status']
  const words = `${status?.message ?? ''} ${status?.description ?? ''}`
  const told = codesIn(words)
  const code = Number(status?.code)
  const reply = code >= 400 && code < 600 ? code : told.reply
  const enhanced = statusIn(status?.['enhanced-code'] ?? '') ?? told.status
  // `suppress-bounce` and its kin are Mailgun's own list: nothing was tried.
  const tried = event.reason === 'bounce' || event.reason === 'generic'
  const final = event.severity === 'permanent'
  const hard = final && tried && isHard({ status: enhanced, reply, words, around: 'rcpt to' })
  return { kind: 'bounce', class: hard ? 'hard' : 'soft', final, status: enhanced, reply: reply === 605 ? null : reply }
}
