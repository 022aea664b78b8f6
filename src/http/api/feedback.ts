import { Fault } from '../../base/index.ts'
import type { Door, FeedbackIntake } from '../../sending/index.ts'
import { type Call, type Route, route } from './route.ts'

/** Providers' doors: null for one that is not configured. */
export interface FeedbackDoors {
  readonly intake: Pick<FeedbackIntake, 'takeNotification' | 'count'>
  readonly ses: Door | null
  readonly postmark: Door | null
  readonly mailgun: Door | null
}

const names = { ses: 'Amazon SES through SNS', postmark: 'Postmark', mailgun: 'Mailgun' } as const
const largest = 512 * 1024

/** No bearer key: each provider proves itself in its own way, and says nothing that its signature does not cover. */
export const feedbackRoutes = ({ feedback }: { readonly feedback: FeedbackDoors }): readonly Route[] =>
  (Object.entries(names) as ['ses' | 'postmark' | 'mailgun', string][]) // Object.entries forgets the keys' type
    .map(([name, title]) =>
      route(
        {
          ...{ method: 'POST', path: `/v1/feedback/${name}`, scope: null, logged: false },
          summary: `Bounces and complaints as ${title} tells of them; 401 without its signature, and until it is configured.`,
          streams: ['application/json', 'text/plain'],
          answer: { status: 204, schema: null },
        },
        async (call) => {
          const door = feedback[name]
          if (door === null) throw off(name)
          const notification = await opened(door, call, feedback)
          if ((await feedback.intake.takeNotification(notification)) === 'early') throw early()
          return { status: 204 }
        },
      ),
    )

async function opened(door: Door, call: Call, { intake }: FeedbackDoors) {
  const body = await bodyOf(call)
  try {
    return door(body, call.header)
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'signature_invalid') intake.count('signature_invalid')
    throw cause
  }
}

async function bodyOf(call: Call): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of call.stream()) {
    length += part.length
    if (length > largest)
      throw new Fault('body_too_large', `The body is larger than ${largest} bytes.`, 'Send one notice.')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

const off = (name: string): Fault =>
  new Fault(
    'feedback_off',
    'Notices of this provider are not taken here.',
    `Set LETHE_${name === 'ses' ? 'SES_TOPIC and LETHE_SES_CERTIFICATE' : name === 'postmark' ? 'POSTMARK_WEBHOOK' : 'MAILGUN_SIGNING_KEY'}.`,
  )

const early = (): Fault =>
  new Fault('feedback_early', 'The outcome of this mail is not written yet.', 'Send the notice again in a minute.')
