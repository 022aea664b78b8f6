import type { z } from 'zod'
import { type Address, Fault, isFault, languageOf } from '../../base/index.ts'
import { readConsent } from '../../gate/index.ts'
import { linesOf, ndjsonValues, newLineFaults, readAddress } from '../../sending/index.ts'
import { shaped } from './body.ts'
import type { ApiParts } from './parts.ts'
import type { Answer, Route } from './route.ts'
import { consentBody, receiptAnswer } from './schemas.ts'

type ConsentInput = z.infer<typeof consentBody>
type Recorded = z.infer<typeof receiptAnswer>

const ndjson = 'application/x-ndjson'

/** The caller's records of what people decided, one or a stream of them; or what they are to be asked by mail. */
export const consentRoutes = (parts: ApiParts): readonly Route[] => [
  {
    ...{ method: 'POST', path: '/v1/consents', scope: ['send', 'rights'], body: consentBody, streams: [ndjson] },
    summary:
      'Record consents and withdrawals. A withdrawal reaches mail that is already sent before it is answered. With `confirm: true` the address is mailed, and the consent counts once its owner has confirmed it.',
    answer: { status: 201, schema: receiptAnswer },
    handle: async (call) => {
      if (call.header('content-type')?.startsWith(ndjson)) return recordStream(parts, call.stream())
      const { value } = await call.json(consentBody, 65_536)
      const json = await record(parts, value)
      return { status: json.status === 'requested' ? 202 : 201, json }
    },
  },
]

async function record(parts: ApiParts, input: ConsentInput): Promise<Recorded> {
  const { consents, book, clock } = parts
  const { email, confirm = false, language, ...given } = input
  const address = readAddress(email)
  if (!book.inForce.purposes.has(given.purpose)) {
    const known = [...book.inForce.purposes.keys()].join(', ')
    throw new Fault('purpose_unknown', 'The policy has no such purpose.', `Use one of: ${known}.`)
  }
  const { purpose, state, at = '', source = '', wording } = given
  if (state === 'requested' || (confirm && state === 'granted')) return request(parts, address, input)
  const decision = { purpose, state, at, source, wording }
  return {
    receipt: await consents.record(address, readConsent(decision, clock.now(), book.inForce.controller.contact)),
  }
}

/** What is asked for counts from the moment it is confirmed: until then a date or a source would say nothing. */
async function request({ confirmations }: ApiParts, address: Address, input: ConsentInput): Promise<Recorded> {
  const { purpose, wording, language: tag = 'en' } = input
  const language = languageOf(tag)
  if (language === null) {
    throw new Fault('consent_language', 'There is no mail in this language.', 'Use en, de, fr or es, or leave it out.')
  }
  const { until } = await confirmations.request(address, { purpose, wording }, language)
  return { receipt: null, status: 'requested', until }
}

/** Each line in the order it came, so that a later decision of the same person stays the later one. */
async function recordStream(parts: ApiParts, source: AsyncIterable<Uint8Array>): Promise<Answer> {
  let recorded = 0
  let receipt: string | null = null
  const leftOut = newLineFaults()
  for await (const batch of ndjsonValues(linesOf(source))) {
    for (const { line, value, code } of batch) {
      try {
        if (code !== undefined) throw new Fault(code, 'The line cannot be read.', 'Send one JSON object a line.')
        receipt = (await record(parts, shaped(consentBody, value))).receipt
        recorded++
      } catch (cause) {
        if (!isFault(cause) || cause.code.startsWith('store_') || cause.code.startsWith('queue_')) throw cause
        leftOut.add({ line, code: cause.code })
      }
    }
  }
  return { status: 201, json: { receipt, recorded, ...leftOut.told() } }
}
