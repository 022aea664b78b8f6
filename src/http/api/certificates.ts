import { z } from 'zod'
import { Fault } from '../../base/index.ts'
import { asUtf8, charsetOf, recipientFormat } from '../../sending/index.ts'
import type { ApiParts } from './parts.ts'
import { type Route, route, routeWithBody } from './route.ts'
import { uploadAnswer } from './schemas.ts'

const line = z.string().max(998)
const terms = {
  template: z.string().max(100).meta({ description: 'a template that was put, or a built-in design: classic, modern' }),
  title: z.string().max(500).optional(),
  issuer: z.string().max(500).optional(),
  date: z.string().max(10).optional().meta({ description: 'ISO 8601 day; today when left out' }),
  subject: z.string().max(2000).optional(),
  purpose: z.string().max(100).optional().meta({ description: 'deliver when left out' }),
  from: line.optional(),
  replyTo: line.optional(),
}
const certificateBody = z.strictObject({
  ...terms,
  to: z.strictObject({ email: z.string().max(400), name: z.string().max(500) }),
  data: z.record(z.string().max(200), z.union([z.string().max(20_000), z.number()])).optional(),
})

const accepted = z.object({
  ...{ id: z.string(), certificate: z.string(), status: z.string(), reason: z.string().optional() },
})
const certificatesAnswer = z.union([
  accepted,
  uploadAnswer.extend({ certificates: z.array(accepted.extend({ line: z.number().int() })) }),
])

const templateBody = z.strictObject({
  template: z.string().max(1_000_000).meta({ description: 'YAML' }),
  files: z.record(z.string().max(100), z.base64().max(14_000_000)).optional(),
})
const largestTemplate = 20_000_000

/** Certificates, and how they look; neither route ever answers a PDF: it exists while its mail is on the way. */
export const certificateRoutes = ({ certificates }: ApiParts): readonly Route[] => [
  {
    ...{ method: 'POST', path: '/v1/certificates', scope: 'send', body: certificateBody },
    summary:
      'Send one certificate, or one to each line of a CSV (email, name, fields) with the terms as query. Idempotency-Key makes a repetition safe for 24 h.',
    streams: ['text/csv', 'application/x-ndjson'],
    answer: { status: 202, schema: certificatesAnswer },
    handle: async (call) => {
      const key = call.header('idempotency-key')
      const type = call.header('content-type')
      if (!isJson(type)) {
        const format = recipientFormat(type)
        const source = asUtf8(call.stream(), charsetOf(type))
        return { status: 202, json: await certificates.acceptRows(termsOf(call.query), format, source, key) }
      }
      const { value, bytes } = await call.json(certificateBody, 1_048_576)
      return { status: 202, json: await certificates.accept(value, key === null ? undefined : { key, body: bytes }) }
    },
  },
  route(
    {
      ...{ method: 'POST', path: '/v1/certificates/{id}/revoke', scope: 'send', logged: true },
      summary: 'Take a certificate back by the number that is printed on it: its page says so from now on.',
      answer: { status: 200, schema: z.object({ id: z.string(), revokedAt: z.string() }) },
    },
    async ({ params: { id = '' } }) => {
      const { revokedAt } = await certificates.revoke(id)
      return { status: 200, json: { id, revokedAt: new Date(revokedAt).toISOString() } }
    },
  ),
  routeWithBody(
    {
      ...{ method: 'PUT', path: '/v1/certificate-templates/{name}', scope: 'send', body: templateBody },
      summary: 'Keep a template: YAML and the files beside it. Certificates that are queued still use the one before.',
      limitBytes: largestTemplate,
      answer: { status: 200, schema: z.object({ name: z.string(), digest: z.string() }) },
    },
    async ({ template, files = {} }, { params: { name = '' } }) => {
      const decoded = Object.entries(files).map(([file, text]) => [file, Buffer.from(text, 'base64')] as const)
      return {
        status: 200,
        json: await certificates.putTemplate(name, { template, files: Object.fromEntries(decoded) }),
      }
    },
  ),
]

const isJson = (type: string | null): boolean => type === null || /^application\/json\s*(?:;|$)/i.test(type)

/** Terms are the sender's own words: nobody's data is in a query. */
function termsOf(query: (name: string) => string | null) {
  const given = Object.keys(terms).flatMap((name) => {
    const value = query(name)
    return value === null ? [] : [[name, value] as const]
  })
  const result = z.strictObject(terms).safeParse(Object.fromEntries(given))
  if (result.success) return result.data
  const names = result.error.issues.map(({ path }) => path.join('.')).join(', ')
  throw new Fault('field_missing', `The query does not have the expected shape: ${names}.`, 'Give at least ?template=…')
}
