import { Fault } from '../../base/index.ts'
import type { ApiParts } from './parts.ts'
import { type Route, route, routeWithBody } from './route.ts'
import { anyAnswer, mailboxAnswer, purgeBody } from './schemas.ts'

const mailboxOff = () =>
  new Fault('mailbox_off', 'There is no built-in mailbox here.', 'Start Lethe with LETHE_SMTP=capture: to have one.')

/** Keeping house: retention, the built-in mailbox, health and measures. */
export const houseRoutes = (parts: ApiParts): readonly Route[] => [
  routeWithBody(
    {
      ...{ method: 'POST', path: '/v1/purge', scope: 'admin', body: purgeBody },
      summary: 'Remove what has expired now, or with dryRun say what would be.',
      answer: { status: 200, schema: anyAnswer },
    },
    async ({ dryRun = false }) => ({ status: 200, json: await parts.purge(dryRun) }),
  ),
  route(
    {
      // Not logged: it changes nothing and shows nobody.
      ...{ method: 'GET', path: '/v1/restore', scope: 'admin', logged: false },
      summary: 'Whether the store was put back from a backup; one that was is not served before somebody says so.',
      answer: { status: 200, schema: anyAnswer },
    },
    async () => ({ status: 200, json: await parts.restore.look() }),
  ),
  route(
    {
      ...{ method: 'GET', path: '/v1/mailbox', scope: 'reveal' },
      summary: 'The mails in the built-in mailbox, oldest first; `to` picks one recipient.',
      answer: { status: 200, schema: mailboxAnswer },
    },
    async (call) => {
      if (!parts.mailbox) throw mailboxOff()
      const to = call.query('to')
      const mails = await parts.mailbox.list(to === null ? {} : { to })
      return { status: 200, json: { count: parts.mailbox.count, mails } }
    },
  ),
  route(
    {
      ...{ method: 'DELETE', path: '/v1/mailbox', scope: 'admin' },
      summary: 'Empty the built-in mailbox.',
      answer: { status: 204, schema: null },
    },
    async () => {
      if (!parts.mailbox) throw mailboxOff()
      parts.mailbox.clear()
      return { status: 204 }
    },
  ),
  route(
    {
      ...{ method: 'GET', path: '/metrics', scope: 'report' },
      summary: 'Prometheus text.',
      answer: { status: 200, schema: null },
    },
    async () => ({ status: 200, text: { type: 'text/plain; version=0.0.4', content: await parts.metrics() } }),
  ),
  route(
    {
      ...{ method: 'GET', path: '/healthz', scope: null },
      summary: 'This process lives.',
      answer: { status: 200, schema: anyAnswer },
    },
    async () => ({ status: 200, json: { status: 'ok' } }),
  ),
  route(
    {
      ...{ method: 'GET', path: '/readyz', scope: null },
      summary: 'The roles of this process serve; 503 while they do not.',
      answer: { status: 200, schema: anyAnswer },
    },
    async () => {
      const readiness = await parts.ready()
      return { status: readiness.ready ? 200 : 503, json: readiness }
    },
  ),
]
