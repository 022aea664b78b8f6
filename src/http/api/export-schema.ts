import { z } from 'zod'
import { consentSources } from '../../gate/index.ts'
import { receipt, rightAnswer } from './subject-schemas.ts'

/**
 * The shape of an export, version 1. Strict: a column that is held and not described here fails the test that exports
 * everything. Absent keys are values that are not held.
 */
const instant = z.string().meta({ description: 'ISO 8601 instant' })
const day = z.string().meta({ description: 'ISO 8601 day' })
const id = z.string()
const text = z.string()
const words = z.record(text, text)

const attachment = z.strictObject({ filename: text, contentType: text, content: text })
const certificate = z.strictObject({ id, template: text, title: text, issuer: text, date: z.int() })
const outbox = z.strictObject({
  content: z
    .strictObject({
      subject: text,
      html: text.nullable(),
      text: text.nullable(),
      attachments: z.array(attachment),
      certificate: certificate.optional(),
    })
    .nullable(),
  from: text.nullable(),
  replyTo: text.nullable(),
})

const message = z.strictObject({
  ...{ id, handle: id, campaign: id.optional(), purpose: text, policy: z.int(), status: text, reason: text.optional() },
  ...{ uncertain: z.int(), opens: z.int(), clicks: z.int(), plan_reason: text },
  ...{ accepted_at: instant, sent_at: instant.optional(), expires_on: day },
  ...{ bounced_at: instant.optional(), complained_at: instant.optional() },
  recipient: z.tuple([text, text.nullable()]).optional().meta({ description: 'address and name' }),
  subject: text.optional(),
  links: z.array(text).optional(),
  content: outbox.optional().meta({ description: 'only until the mail is sent' }),
  merge: words.optional().meta({ description: 'only until the mail is sent' }),
})

const event = z.strictObject({
  ...{ message: id, kind: z.enum(['open', 'click']), policy: z.int(), expires_on: day },
  ...{ at: instant.optional(), link: z.int().optional(), country: text.optional(), region: text.optional() },
  ...{ browser: text.optional(), os: text.optional(), device: text.optional() },
  ...{ language: text.optional(), agent: text.optional(), rules: z.int().optional() },
})

const held = z.strictObject({
  subjects: z
    .array(
      z.strictObject({
        ...{ handle: id, address_index: text, address: text.optional(), stop: text, state: text },
        ...{ last_open: day.optional(), source: text.optional() },
      }),
    )
    .optional(),
  messages: z.array(message).optional(),
  events: z.array(event).optional(),
  idempotency: z.array(z.strictObject({ message: id, expires_at: instant })).optional(),
  consents: z
    .array(
      z.strictObject({
        ...{ id, handle: id, purpose: text, state: z.enum(['granted', 'withdrawn']), decided_at: instant },
        ...{ source: z.enum(consentSources), wording: text, expires_on: day.optional() },
        ...{ requested_at: instant.optional(), policy: z.int().optional() },
      }),
    )
    .optional(),
  requests: z
    .array(
      z.strictObject({
        ...{ id, handle: id, purpose: text, requested_at: instant, wording: text, policy: z.int(), address: text },
        ...{ mail: id, mailed_at: instant, expires_on: day },
      }),
    )
    .optional()
    .meta({ description: 'consents that were asked for and not confirmed yet' }),
  mailed_links: z
    .array(
      z.strictObject({
        ...{ handle: id, kind: text, address: text, next_address: text.optional(), expires_at: instant },
      }),
    )
    .optional()
    .meta({ description: 'links to their own data that were mailed to them, for an hour' }),
  objections: z.array(z.strictObject({ handle: id, purpose: text })).optional(),
  suppressions: z.array(z.strictObject({ hash: text, purpose: text })).optional(),
  cases: z
    .array(
      z.strictObject({
        ...{ id, handle: id, right: text, status: text, opened_at: instant, due_at: instant },
        ...{ closed_at: instant.optional(), about: text.optional(), receipt: receipt.optional() },
        expires_on: day.optional(),
      }),
    )
    .optional(),
})

const signed = z
  .strictObject({ key: text, signature: text })
  .meta({ description: 'Of the deployment, over all else and the address that was asked about.' })

export const exportData = z.strictObject({ format: z.literal('lethe-export'), version: z.literal(1), held, signed })
export const exportDocument = rightAnswer.extend({ data: exportData })
export const exportSchema = Object.freeze(z.toJSONSchema(exportData))
