/**
 * Every stored column: what it is, whose, what for, when it goes and what an erasure does to it (law 3). In: nothing. Out:
 * a table of tables that purge, export, erasure and audit walk. A column that the schema has and this does not fails `tsc`.
 * Forbidden: SQL.
 */
import type * as data from '../store/schema.ts'
import { cohorts, events, seen_events, tallies } from './behaviour.ts'
import { certificate_revocations, certificate_templates } from './certificates.ts'
import type { Table } from './column.ts'
import { idempotency, meta, migrations, pending_policy, policies } from './house.ts'
import { keyCatalogue } from './keys.ts'
import { campaigns, messages } from './mail.ts'
import { api_keys, audit_log } from './oversight.ts'
import { consents, objections, requests, subjects, suppressions, wordings } from './people.ts'
import { cases, erasures, mailed_links, tombstones } from './rights.ts'
import { mail_templates } from './templates.ts'

/** In the order in which a purge removes: what refers before what is referred to. */
export const catalogue = {
  events,
  seen_events,
  idempotency,
  messages,
  cohorts,
  tallies,
  campaigns,
  consents,
  requests,
  wordings,
  objections,
  erasures,
  cases,
  mailed_links,
  subjects,
  tombstones,
  suppressions,
  mail_templates,
  certificate_templates,
  certificate_revocations,
  api_keys,
  audit_log,
  policies,
  pending_policy,
  meta,
  migrations,
} as const satisfies { readonly [name in keyof typeof data]: Table }

export type { Category, Column, Ending, Erasure, Reach, Says, Table } from './column.ts'
export { unlike } from './unlike.ts'
export { keyCatalogue }

export const tables = (store: Readonly<Record<string, Table>>): readonly (readonly [string, Table])[] =>
  Object.entries(store)
