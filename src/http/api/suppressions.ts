import { asUtf8, charsetOf, suppressionFormat } from '../../sending/index.ts'
import type { ApiParts } from './parts.ts'
import { limitOf, type Route, route, routeWithBody } from './route.ts'
import { importAnswer, liftBody, receiptAnswer, suppressionBody, suppressionsAnswer } from './schemas.ts'

const csv = 'text/csv'
const ndjson = 'application/x-ndjson'
const scope = ['rights', 'admin'] as const

/** Those who must not be written to: shown as keyed hashes, taken over from other systems, lifted with evidence. */
export const suppressionRoutes = ({ suppressions }: ApiParts): readonly Route[] => [
  route(
    {
      ...{ method: 'GET', path: '/v1/suppressions', scope },
      summary:
        'The suppression list by pages: a keyed hash and what it stops (`scope`: a purpose, or all). `after`, `limit`.',
      answer: { status: 200, schema: suppressionsAnswer },
    },
    async (call) => {
      const { entries, next } = await suppressions.list(call.query('after'), limitOf(call))
      const shown = entries.map(({ hash, purpose }) => ({ hash, scope: purpose ?? 'all' }))
      return { status: 200, json: { suppressions: shown, next } }
    },
  ),
  {
    ...{ method: 'POST', path: '/v1/suppressions', scope, body: suppressionBody, streams: [csv, ndjson] },
    summary:
      'Take over a list as JSON, CSV or NDJSON, for all mail or for the `purpose` of the query. The column of the address is found by its name; nothing else is read, and an address is only hashed.',
    answer: { status: 200, schema: importAnswer },
    handle: async (call) => {
      const purpose = call.query('purpose') || null
      const type = call.header('content-type')
      const format = suppressionFormat(type)
      const source = format === 'json' ? call.stream() : asUtf8(call.stream(), charsetOf(type))
      return { status: 200, json: await suppressions.take(format, source, purpose) }
    },
  },
  routeWithBody(
    {
      ...{ method: 'DELETE', path: '/v1/suppressions', scope, body: liftBody },
      summary:
        'Lift an entry by the record of a new request, which is kept as the consent. What an erasure left is lifted by its person alone: POST /v1/consents with `confirm: true`.',
      answer: { status: 200, schema: receiptAnswer },
    },
    async (input) => ({ status: 200, json: { receipt: await suppressions.lift(input) } }),
  ),
]
