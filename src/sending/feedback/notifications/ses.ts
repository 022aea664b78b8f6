import { z } from 'zod'
import { classOf, codesIn, statusIn } from '../codes.ts'
import { type Bounce, mildest, type Verdict } from '../verdict.ts'
import { type Notification, stringsOf } from './notification.ts'

/** What Amazon SES tells of one message: as a feedback notification (`notificationType`) or an event (`eventType`). */
const document = z.object({
  notificationType: z.string().optional(),
  eventType: z.string().optional(),
  bounce: z
    .object({
      bounceType: z.string(),
      bounceSubType: z.string().optional(),
      bouncedRecipients: z
        .array(z.object({ status: z.string().optional(), diagnosticCode: z.string().optional() }))
        .max(100),
    })
    .optional(),
  complaint: z
    .object({ complaintFeedbackType: z.string().nullish(), complaintSubType: z.string().nullish() })
    .optional(),
  mail: z.unknown().optional(),
})

/** SNS's own wrapping, as it sends to a mailbox unless it is told to send raw. */
const envelope = z.object({ Message: z.string() })

/** Sub-types of a permanent bounce that say of the address that it is none; their own list of stopped ones is no such word. */
const addressGone: ReadonlySet<string> = new Set(['General', 'NoEmail'])

/** The notice in `text`, which may be anything: null when it is none of SES's. */
export function fromSimpleNotification(text: string): Notification | null {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) return null
  const value = jsonIn(trimmed)
  const wrapped = envelope.safeParse(value)
  const { success, data } = document.safeParse(wrapped.success ? jsonIn(wrapped.data.Message) : value)
  const kind = success ? (data.notificationType ?? data.eventType) : undefined
  if (!data || kind === undefined) return null
  return { verdict: verdictOf(kind, data), traces: stringsOf(data.mail) }
}

function verdictOf(kind: string, { bounce, complaint }: z.infer<typeof document>): Verdict {
  if (kind === 'Complaint') return { kind: complaint?.complaintFeedbackType === 'not-spam' ? 'other' : 'complaint' }
  if (kind === 'Delivery') return { kind: 'delivered' }
  if (kind !== 'Bounce' || !bounce) return { kind: 'other' }
  const gone = bounce.bounceType === 'Permanent' && addressGone.has(bounce.bounceSubType ?? '')
  const found = bounce.bouncedRecipients.map(({ status: written, diagnosticCode }): Bounce => {
    const told = codesIn(diagnosticCode ?? '')
    const status = told.status ?? statusIn(written ?? '')
    // `General` also covers refusals of content and sender: the code decides where there is one.
    const about = status === null || /^5\.(?:0\.0|1\.(?:0|1|2|3|6|10))$/.test(status)
    const hard = gone && about && classOf(status) !== '4'
    return { kind: 'bounce', class: hard ? 'hard' : 'soft', final: true, status, reply: told.reply }
  })
  return mildest(found) ?? { kind: 'bounce', class: 'soft', final: true, status: null, reply: null }
}

/** A mail wraps long lines, also within JSON's strings. */
function jsonIn(text: string): unknown {
  const end = text.lastIndexOf('}') + 1
  for (const candidate of [text.slice(0, end), text.slice(0, end).replace(/\r?\n/g, ''), firstObject(text)]) {
    try {
      return JSON.parse(candidate)
    } catch {}
  }
  return null
}

const firstObject = (text: string): string =>
  text.slice(0, text.indexOf('\n--') + 1 || text.length).replace(/\r?\n/g, '')
