import { z } from 'zod'
import type { ApiParts } from './parts.ts'
import { type Route, route, routeWithBody } from './route.ts'

const keyBody = z.strictObject({ name: z.string().max(60), scopes: z.array(z.string().max(20)).max(10) })
const shownKey = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.string(),
  revokedAt: z.string().nullable(),
})

const logAnswer = z.object({
  entries: z.array(
    z.object({
      ...{ sequence: z.number().int(), at: z.string(), actor: z.string(), action: z.string() },
      ...{ object: z.string().nullable(), reason: z.string().nullable() },
    }),
  ),
})
const page = 1000
const keysAnswer = z.object({
  ...{ operator: z.string(), changed: z.boolean(), epoch: z.number().int(), rewrapped: z.number().int() },
})

/** API keys with scopes of their own, each shown in one answer and nowhere else; and the log of what they were used for. */
export const keyRoutes = ({ keys, operatorKeys, ledger }: ApiParts): readonly Route[] => [
  routeWithBody(
    {
      ...{ method: 'POST', path: '/v1/api-keys', scope: 'admin', body: keyBody },
      summary: 'Create a key; it is shown this once and kept as an Argon2id hash.',
      answer: { status: 201, schema: shownKey.extend({ key: z.string() }) },
    },
    async ({ name, scopes }) => ({ status: 201, json: await keys.create(name, scopes) }),
  ),
  route(
    {
      ...{ method: 'GET', path: '/v1/api-keys', scope: 'admin' },
      summary: 'The keys by id and name, ended ones among them.',
      answer: { status: 200, schema: z.object({ keys: z.array(shownKey) }) },
    },
    async () => ({ status: 200, json: { keys: await keys.list() } }),
  ),
  route(
    {
      ...{ method: 'DELETE', path: '/v1/api-keys/{id}', scope: 'admin' },
      summary: 'End a key: 401 from this moment on.',
      answer: { status: 200, schema: shownKey },
    },
    async ({ params: { id = '' } }) => ({ status: 200, json: await keys.revoke(id) }),
  ),
  route(
    {
      ...{ method: 'POST', path: '/v1/keys/rotate', scope: 'admin' },
      summary: 'A new operator key and a new epoch; links in mail that is already sent go on working.',
      answer: { status: 200, schema: keysAnswer },
    },
    async () => ({ status: 200, json: await operatorKeys.rotate() }),
  ),
  route(
    {
      ...{ method: 'POST', path: '/v1/keys/{id}/revoke', scope: 'admin' },
      summary: 'For a stolen operator key: its links record nothing and show a page instead of redirecting.',
      answer: { status: 200, schema: keysAnswer },
    },
    async ({ params: { id = '' } }) => ({ status: 200, json: await operatorKeys.revoke(id) }),
  ),
  route(
    {
      ...{ method: 'GET', path: '/v1/audit-log', scope: 'admin', logged: false },
      summary: 'Who did what with which key, a thousand lines behind the number `after`.',
      answer: { status: 200, schema: logAnswer },
    },
    async (call) => {
      const after = Number(call.query('after') ?? 0)
      const entries = await ledger.logEntries(Number.isSafeInteger(after) ? after : 0, page)
      return {
        status: 200,
        json: { entries: entries.map((each) => ({ ...each, at: new Date(each.at).toISOString() })) },
      }
    },
  ),
]
