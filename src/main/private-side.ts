import { anyKey, bootstrapKey, createdKeys, newApiServer, newHealthServer, newInside, newPages } from '../http/index.ts'
import type { Mailbox } from '../transport/index.ts'
import type { SignedAudit } from '../upkeep/index.ts'
import type { Feedback } from './feedback.ts'
import type { House } from './house.ts'
import { closing, listen } from './listen.ts'
import type { PolicyChange } from './policy-change.ts'
import { pagesOf } from './public-side.ts'
import type { newReadiness } from './readiness.ts'
import type { Sending } from './sending.ts'

export interface PrivateNeeds {
  readonly sending: Sending
  readonly change: PolicyChange
  readonly feedback: Feedback
  readonly canary: () => Promise<SignedAudit>
  readonly metrics: () => Promise<string>
  readonly readiness: Pick<ReturnType<typeof newReadiness>, 'report'>
  readonly mailbox: Mailbox | null
}

/** The private side: the API with the pages for trackers without a store, or of a process without that role its health alone. */
export async function openPrivate(house: House, needs: PrivateNeeds): Promise<void> {
  const { config, ledger, releases, secrets } = house
  const { metrics, readiness } = needs
  const authorize = anyKey(bootstrapKey(secrets.apiKey), createdKeys(ledger))
  const health = { ready: readiness.report, metrics, authorize }
  const server = config.roles.has('api') ? apiOf(house, { ...needs, ...health }) : newHealthServer(health)
  await listen(server, config.api, 'LETHE_API')
  if (config.roles.has('api')) releases.add(needs.sending.rightsMail.drain)
  releases.add(() => closing(server))
}

function apiOf(house: House, needs: PrivateNeeds & Parameters<typeof newHealthServer>[0]) {
  const { config, overseer } = house
  const { sending, change, feedback, canary, mailbox, ready, metrics, authorize } = needs
  const pages = newPages({ ...pagesOf(house, sending, change), visitor: ({ env }) => String(env.visitor) })
  const parts = {
    ...house,
    ...sending.api,
    ...{ clock: config.clock, feedback: feedback.doors },
    ...{ authorize, mailbox, ready, metrics, canary },
    keys: overseer.keys,
    suppressions: overseer.suppressions,
    operatorKeys: overseer.operatorKeys,
    purge: overseer.purge,
    restore: overseer.restore,
    audit: () => overseer.audit(),
    verifyAudit: overseer.verifyAudit,
  }
  return newApiServer(parts, newInside(overseer.operatorKeys.ring, pages))
}
