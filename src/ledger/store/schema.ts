export { cohorts, events, seen_events, tallies } from './behaviour-schema.ts'
export { certificate_revocations, certificate_templates } from './certificate-schema.ts'
export { meta, migrations } from './half-schema.ts'
export { mail_templates } from './template-schema.ts'

import { consentSources } from '../../gate/index.ts'
import { allRights } from '../rights.ts'
import { integer, primaryKey, sqliteTable, text } from './drizzle.ts'
import { bytes } from './half-schema.ts'

/** The store's tables as Drizzle sees them. Migrations make them; a test holds the two and the catalogue together. */
export const policies = sqliteTable('policies', {
  number: integer('number').primaryKey(),
  name: text('name').notNull(),
  digest: text('digest').notNull(),
  source: text('source').notNull(),
  enforced: integer('enforced').notNull(),
})

export const pending_policy = sqliteTable('pending_policy', {
  number: integer('number').primaryKey(),
  name: text('name').notNull(),
  digest: text('digest').notNull(),
  source: text('source').notNull(),
  proposed_at: integer('proposed_at').notNull(),
  campaign: bytes('campaign'),
  announced_at: integer('announced_at'),
})

export const subjects = sqliteTable('subjects', {
  handle: bytes('handle').primaryKey(),
  address_index: bytes('address_index').notNull(),
  address: bytes('address'),
  stop: bytes('stop').notNull(),
  state: text('state', { enum: ['active', 'restricted'] }).notNull(),
  last_open: integer('last_open'),
  last_open_until: integer('last_open_until'),
  source: text('source'),
})

export const wordings = sqliteTable('wordings', {
  digest: text('digest').primaryKey(),
  text: text('text').notNull(),
})

export const consents = sqliteTable('consents', {
  id: bytes('id').primaryKey(),
  handle: bytes('handle').notNull(),
  purpose: text('purpose').notNull(),
  state: text('state', { enum: ['granted', 'withdrawn'] }).notNull(),
  decided_at: integer('decided_at').notNull(),
  source: text('source', { enum: consentSources }).notNull(),
  wording: text('wording').notNull(),
  requested_at: integer('requested_at'),
  policy: integer('policy'),
  expires_on: integer('expires_on'),
})

export const requests = sqliteTable('requests', {
  id: bytes('id').primaryKey(),
  handle: bytes('handle').notNull(),
  purpose: text('purpose').notNull(),
  requested_at: integer('requested_at').notNull(),
  wording: text('wording').notNull(),
  policy: integer('policy').notNull(),
  address: bytes('address').notNull(),
  mail: bytes('mail').notNull(),
  mailed_at: integer('mailed_at').notNull(),
  expires_on: integer('expires_on').notNull(),
})

export const objections = sqliteTable(
  'objections',
  { handle: bytes('handle').notNull(), purpose: text('purpose').notNull() },
  (table) => [primaryKey({ columns: [table.handle, table.purpose] })],
)

export const suppressions = sqliteTable(
  'suppressions',
  { hash: bytes('hash').notNull(), purpose: text('purpose').notNull(), mark: bytes('mark') },
  (table) => [primaryKey({ columns: [table.hash, table.purpose] })],
)

export const campaigns = sqliteTable('campaigns', {
  id: bytes('id').primaryKey(),
  name: text('name').notNull(),
  purpose: text('purpose').notNull(),
  status: text('status', { enum: ['draft', 'running', 'paused', 'cancelled', 'done'] }).notNull(),
  content: bytes('content'),
  policy: integer('policy').notNull(),
  created_at: integer('created_at').notNull(),
  expires_on: integer('expires_on').notNull(),
  links: integer('links').notNull(),
  start_at: integer('start_at'),
})

const messageStatus = [
  ...(['queued', 'sending', 'sent', 'bounced', 'failed'] as const),
  ...(['refused', 'cancelled', 'expired', 'uncertain'] as const),
] as const

const planReasons = [
  ...(['policy_off', 'consent_given', 'consent_missing'] as const),
  ...(['consent_withdrawn', 'objected', 'policy_grants', 'tally_needs_campaign'] as const),
] as const

export const messages = sqliteTable('messages', {
  id: bytes('id').primaryKey(),
  campaign: bytes('campaign'),
  handle: bytes('handle'),
  purpose: text('purpose').notNull(),
  policy: integer('policy').notNull(),
  status: text('status', { enum: messageStatus }).notNull(),
  reason: text('reason'),
  attempts: integer('attempts').notNull(),
  next_attempt_at: integer('next_attempt_at').notNull(),
  windowed_until: integer('windowed_until').notNull(),
  lease_until: integer('lease_until').notNull(),
  fence: integer('fence').notNull(),
  handed_over: integer('handed_over').notNull(),
  uncertain: integer('uncertain').notNull(),
  opens: integer('opens').notNull(),
  clicks: integer('clicks').notNull(),
  plan_reason: text('plan_reason', { enum: planReasons }).notNull(),
  accepted_on: integer('accepted_on').notNull(),
  accepted_at: integer('accepted_at').notNull(),
  sent_at: integer('sent_at'),
  expires_on: integer('expires_on').notNull(),
  content: bytes('content'),
  merge: bytes('merge'),
  recipient: bytes('recipient'),
  recipient_until: integer('recipient_until'),
  subject: bytes('subject'),
  subject_until: integer('subject_until'),
  links: bytes('links'),
  links_until: integer('links_until'),
  bounced_at: integer('bounced_at'),
  complained_at: integer('complained_at'),
})

export const audit_log = sqliteTable('audit_log', {
  sequence: integer('sequence').primaryKey(),
  at: integer('at').notNull(),
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  object: text('object'),
  reason: text('reason'),
  hash: bytes('hash').notNull(),
})

export const api_keys = sqliteTable('api_keys', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  scopes: text('scopes').notNull(),
  hash: text('hash'),
  created_at: integer('created_at').notNull(),
  revoked_at: integer('revoked_at'),
})

export const idempotency = sqliteTable('idempotency', {
  key: bytes('key').primaryKey(),
  body: bytes('body').notNull(),
  message: bytes('message').notNull(),
  expires_at: integer('expires_at').notNull(),
})

export const cases = sqliteTable('cases', {
  id: bytes('id').primaryKey(),
  handle: bytes('handle'),
  right: text('right', { enum: allRights }).notNull(),
  status: text('status', { enum: ['open', 'residue', 'done'] }).notNull(),
  opened_at: integer('opened_at').notNull(),
  due_at: integer('due_at').notNull(),
  closed_at: integer('closed_at'),
  about: bytes('about'),
  receipt: text('receipt'),
  expires_on: integer('expires_on'),
})

export const mailed_links = sqliteTable('mailed_links', {
  id: bytes('id').primaryKey(),
  handle: bytes('handle').notNull(),
  kind: text('kind', { enum: ['open', 'confirm', 'file'] }).notNull(),
  address: bytes('address').notNull(),
  next_address: bytes('next_address'),
  expires_at: integer('expires_at').notNull(),
})

export const erasures = sqliteTable('erasures', {
  id: bytes('id').primaryKey(),
  handle: bytes('handle').notNull(),
  asked_at: integer('asked_at').notNull(),
  told_at: integer('told_at'),
  rows_at: integer('rows_at'),
  removed: integer('removed').notNull(),
  in_flight: integer('in_flight').notNull(),
  keys_at: integer('keys_at'),
  store_at: integer('store_at'),
  queue_at: integer('queue_at'),
  queue_state: text('queue_state', { enum: ['done', 'refused'] }),
})

export const tombstones = sqliteTable('tombstones', {
  handle: bytes('handle').primaryKey(),
  expires_on: integer('expires_on').notNull(),
})
