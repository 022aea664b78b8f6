import type { EventView, MessageView } from '../../ledger/index.ts'
import { messageUnknown, newWhy } from '../../sending/index.ts'
import type { ApiParts } from './parts.ts'
import { type Route, route, routeWithBody } from './route.ts'
import { acceptanceAnswer, eventsAnswer, messageAnswer, messageBody, whyAnswer } from './schemas.ts'

// Room for attachments of 14 MB in base64; what relays take is less.
const largestMessage = 20_971_520

/** One message: hand it in, and ask what became of it. */
export const messageRoutes = ({ accept, ledger, book, clock }: ApiParts): readonly Route[] => [
  routeWithBody(
    {
      ...{ method: 'POST', path: '/v1/messages', scope: 'send', body: messageBody, limitBytes: largestMessage },
      summary: 'Accept one message. Idempotency-Key makes a repetition safe for 24 h.',
      answer: { status: 202, schema: acceptanceAnswer },
    },
    async (input, call, bytes) => {
      const key = call.header('idempotency-key')
      return { status: 202, json: await accept(input, key === null ? undefined : { key, body: bytes }) }
    },
  ),
  route(
    {
      ...{ method: 'GET', path: '/v1/messages/{id}', scope: ['send', 'report'] },
      summary: 'What became of a message.',
      answer: { status: 200, schema: messageAnswer },
    },
    async ({ params }) => ({ status: 200, json: messageOf(await known(ledger, params.id)) }),
  ),
  route(
    {
      ...{ method: 'GET', path: '/v1/messages/{id}/events', scope: 'reveal' },
      summary: 'Opens and clicks, with the keys that the policy grants and no others.',
      answer: { status: 200, schema: eventsAnswer },
    },
    async ({ params }) => {
      const { id } = await known(ledger, params.id)
      return { status: 200, json: { events: (await ledger.events(id)).map(eventOf) } }
    },
  ),
  route(
    {
      ...{ method: 'GET', path: '/v1/messages/{id}/why', scope: 'reveal' },
      summary: 'Why a message was sent, recorded and kept, and until when, in sentences that name nobody.',
      answer: { status: 200, schema: whyAnswer },
    },
    async ({ params: { id = '' } }) => ({ status: 200, json: await newWhy({ ledger, book, clock })(id) }),
  ),
]

async function known(ledger: ApiParts['ledger'], id = ''): Promise<MessageView> {
  const message = /^[\w-]{22}$/.test(id) ? await ledger.message(id) : null
  if (message) return message
  throw messageUnknown()
}

const isoInstant = (millis: number): string => new Date(millis).toISOString()

const messageOf = (message: MessageView) => ({
  id: message.id,
  status: message.status,
  ...(message.reason === null ? {} : { reason: message.reason }),
  purpose: message.purpose,
  ...(message.campaign === null ? {} : { campaign: message.campaign }),
  tracked: message.tracked,
  attempts: message.attempts,
  acceptedAt: isoInstant(message.acceptedAt),
  ...(message.sentAt === null ? {} : { sentAt: isoInstant(message.sentAt) }),
})

const eventOf = ({ kind, values: { at, ...values } }: EventView) => ({
  kind,
  ...(typeof at === 'number' ? { at: isoInstant(at) } : {}),
  ...values,
})
