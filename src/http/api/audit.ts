import { z } from 'zod'
import type { ApiParts } from './parts.ts'
import { type Route, route, routeWithBody } from './route.ts'
import { anyAnswer } from './schemas.ts'

const anyDocument = z.record(z.string(), z.unknown())

/** Proof: the promises on the live stores, and whether a report is one of ours. */
export const auditRoutes = (parts: ApiParts): readonly Route[] => [
  route(
    {
      // Not logged: an audit changes nothing and shows nobody.
      ...{ method: 'GET', path: '/v1/audit', scope: 'admin', logged: false },
      summary: 'Prove the promises on the live stores, reading only; signed by the deployment.',
      answer: { status: 200, schema: anyAnswer },
    },
    async () => ({ status: 200, json: await parts.audit() }),
  ),
  route(
    {
      ...{ method: 'POST', path: '/v1/audit/canary', scope: 'admin' },
      summary: 'Send, open, follow, withdraw, erase and search for one mail to nobody, in no figure; then audit.',
      answer: { status: 200, schema: anyAnswer },
    },
    async () => ({ status: 200, json: await parts.canary() }),
  ),
  routeWithBody(
    {
      ...{ method: 'POST', path: '/v1/audit/verify', scope: 'admin', logged: false, body: anyDocument },
      summary:
        'Whether an audit is of this deployment, and unchanged: genuine, changed, unknown_key, revoked_key, unsigned.',
      answer: { status: 200, schema: anyAnswer },
    },
    async (document) => ({ status: 200, json: { verdict: parts.verifyAudit(document) } }),
  ),
]
