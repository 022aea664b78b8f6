import { Hono } from 'hono'
import { Fault, refuseControls } from '../../base/index.ts'
import { auditRoutes } from './audit.ts'
import { requireScope, scopes } from './bearer.ts'
import { bytesIn, parseJson, readBytes, shaped } from './body.ts'
import { campaignRoutes } from './campaigns.ts'
import { caseRoutes } from './cases.ts'
import { certificateRoutes } from './certificates.ts'
import { consentRoutes } from './consents.ts'
import { feedbackRoutes } from './feedback.ts'
import { houseRoutes } from './house.ts'
import { keyRoutes } from './keys.ts'
import { messageRoutes } from './messages.ts'
import { openApi } from './openapi.ts'
import type { ApiParts } from './parts.ts'
import { problemOf, statusOf } from './problem.ts'
import { reportRoutes } from './reports.ts'
import { type Answer, type Call, type Route, route } from './route.ts'
import { anyAnswer } from './schemas.ts'
import { subjectRoutes } from './subjects.ts'
import { suppressionRoutes } from './suppressions.ts'
import { templateRoutes } from './templates.ts'

const version = '0.1.0'

/** The private side: `Request -> Response` over one table of routes, each behind the scope that its row names. */
export function newApi(parts: ApiParts): Hono {
  const app = new Hono()
  for (const each of withDocument(tableOf(parts))) {
    app.on(each.method, each.path.replace(/\{(\w+)\}/g, ':$1'), async (context) => {
      try {
        const header = context.req.header('authorization') ?? null
        const actor = each.scope === null ? null : await requireScope(parts.authorize, header, [each.scope].flat())
        const call = callOf(context.req.raw, context.req.param())
        return responseOf(
          actor !== null && isLogged(each) ? await logged(parts, each, actor, call) : await each.handle(call),
        )
      } catch (cause) {
        return failed(parts, each, cause)
      }
    })
  }
  app.notFound(() =>
    problemOf(new Fault('route_unknown', 'There is no such route.', 'See GET /openapi.json for the routes there are.')),
  )
  return app
}

const tableOf = (parts: ApiParts): readonly Route[] => [
  ...messageRoutes(parts),
  ...campaignRoutes(parts),
  ...reportRoutes(parts),
  ...templateRoutes(parts),
  ...certificateRoutes(parts),
  ...consentRoutes(parts),
  ...suppressionRoutes(parts),
  ...subjectRoutes(parts),
  ...caseRoutes(parts),
  ...houseRoutes(parts),
  ...feedbackRoutes(parts),
  ...auditRoutes(parts),
  ...keyRoutes(parts),
]

/** Personal data, rights and the house itself: whoever asks for them is in the audit log. Sending and counting are daily work. */
const isLogged = ({ logged, scope }: Route): boolean =>
  logged ?? ![scope].flat().some((each) => each === 'send' || each === 'report')

/** The entry comes first: without it there is no access (law 7). Rights note their cases themselves. */
async function logged(parts: ApiParts, { method, path, handle }: Route, actor: string, call: Call): Promise<Answer> {
  const action = `${method} ${path}`
  const { id = '' } = call.params
  await parts.ledger.note({ actor, action, object: /^[\w-]{1,64}$/.test(id) ? id : null })
  const answer = await handle(call)
  const opened = objectOf(answer.json)
  if (opened !== null) await parts.ledger.note({ actor, action, object: opened })
  return answer
}

/** The random id of what the call made. */
function objectOf(json: unknown): string | null {
  if (typeof json !== 'object' || json === null) return null
  const made = 'key' in json && 'id' in json ? json.id : null
  return typeof made === 'string' && /^[\w-]{1,64}$/.test(made) ? made : null
}

/** The document describes its own route as well. */
function withDocument(table: readonly Route[]): readonly Route[] {
  const document: Route = route(
    {
      ...{ method: 'GET', path: '/openapi.json', scope: scopes },
      summary: 'This document.',
      answer: { status: 200, schema: anyAnswer },
    },
    async () => ({ status: 200, json: openApi([...table, document], version) }),
  )
  return [...table, document]
}

function callOf(request: Request, params: Readonly<Record<string, string>>): Call {
  const query = new URL(request.url).searchParams
  refuseControls(...Object.values(params), ...query.values())
  return {
    params,
    query: (name) => query.get(name),
    header: (name) => request.headers.get(name),
    stream: () => bytesIn(request),
    json: async (schema, limitBytes) => {
      const type = request.headers.get('content-type')
      if (type !== null && !/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type)) {
        throw new Fault('media_type_unknown', 'The body is not JSON.', 'Send Content-Type: application/json.')
      }
      const bytes = await readBytes(request, limitBytes)
      return { value: shaped(schema, parseJson(bytes)), bytes }
    },
  }
}

function responseOf({ status, json, text, headers: own }: Answer): Response {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...own }
  if (text) return new Response(text.content, { status, headers: { ...headers, 'content-type': text.type } })
  if (json === undefined) return new Response(null, { status, headers })
  return new Response(JSON.stringify(json), { status, headers: { ...headers, 'content-type': 'application/json' } })
}

/** What is the caller's to mend is only answered; what is ours is logged as well, by its code. */
function failed({ log }: ApiParts, { method, path }: Route, cause: unknown): Response {
  const response = problemOf(cause)
  if (response.status >= 500) {
    const code = cause instanceof Fault && statusOf(cause.code) >= 500 ? cause.code : 'internal'
    log.error('request_failed', { code, method, route: path, status: response.status })
  }
  return response
}
