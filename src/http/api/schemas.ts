import { z } from 'zod'
import { consentSources } from '../../gate/index.ts'
import type { Data, Value } from '../../sending/index.ts'

/** The bodies and answers of the API, once: they validate, and they are what /openapi.json shows. */
const text = (longest: number) => z.string().max(longest)
const line = text(998)
const part = text(2_000_000)
const instant = text(40).meta({ description: 'ISO 8601 instant', examples: ['2026-01-31T12:00:00Z'] })

const trackingConsent = z.strictObject({
  tracking: z.boolean(),
  at: instant,
  source: text(200),
  wording: text(2000),
})

const attachment = z.strictObject({
  filename: text(255).min(1),
  contentType: text(255).min(1),
  content: z.base64().max(14_000_000).meta({ description: 'base64' }),
})

const scalar = z.union([text(20_000), z.number(), z.boolean(), z.null()])
const fieldsOf = (value: z.ZodType<Value>): z.ZodType<Data> => z.record(text(200), value)
const value = (depth: number): z.ZodType<Value> =>
  depth === 0
    ? scalar
    : z.union([scalar, z.array(z.union([scalar, fieldsOf(value(depth - 1))])).max(10_000), fieldsOf(value(depth - 1))])
/** Merge fields; lists, objects, true and false are for templates. */
export const dataBody = fieldsOf(value(2)).meta({
  description: 'Text and numbers by field; for a template also true, false, lists and objects',
})

export const messageBody = z.strictObject({
  to: z.strictObject({ email: text(400), name: text(500).optional() }),
  from: line.optional(),
  replyTo: line.optional(),
  subject: text(2000).optional(),
  html: part.optional(),
  text: part.optional(),
  template: text(200).optional().meta({ description: 'A stored template, or one version of it as `name@digest`' }),
  data: dataBody.optional(),
  purpose: text(100),
  campaign: text(100).optional(),
  consent: trackingConsent.optional(),
  attachments: z.array(attachment).max(20).optional(),
})

export const campaignBody = z.strictObject({
  name: text(200).min(1),
  subject: text(2000).optional(),
  html: part.optional(),
  text: part.optional(),
  template: text(200).optional().meta({ description: 'A stored template, in the place of subject, html and text' }),
  data: dataBody.optional(),
  purpose: text(100),
  from: line.optional(),
  replyTo: line.optional(),
})

export const scheduleBody = z.strictObject({
  at: instant.nullable().meta({ description: 'ISO 8601 instant with its offset; null takes the hour back' }),
})
export const testBody = z.strictObject({
  to: z.strictObject({ email: text(400), name: text(500).optional() }),
  data: z.record(text(200), z.union([text(20_000), z.number()])).optional(),
})

export const consentBody = z.strictObject({
  email: text(400),
  purpose: text(100),
  state: z
    .enum(['granted', 'withdrawn', 'requested'])
    .meta({ description: '`requested`: the address is mailed, and its owner confirms or not (double opt-in)' }),
  at: instant.optional().meta({ description: 'When it was decided; a request counts from now' }),
  source: text(200)
    .optional()
    .meta({ description: `One of ${consentSources.join(', ')}; anything else is kept as \`other\`` }),
  wording: text(2000),
  confirm: z.boolean().optional().meta({ description: 'With `granted`: the same as `requested`' }),
  language: text(35)
    .optional()
    .meta({ description: 'Of the mail that asks: en, de, fr or es', examples: ['de'] }),
})

export const suppressionBody = z.union([
  z.array(z.union([text(400), z.looseObject({})])).max(100_000),
  z.looseObject({}),
])
export const liftBody = z.strictObject({
  email: text(400),
  purpose: text(100).optional().meta({ description: 'What is asked for again; left out: whatever is stopped' }),
  evidence: z
    .strictObject({ at: instant.optional(), source: text(200).optional(), wording: text(2000).optional() })
    .optional()
    .meta({ description: 'The record of the new request, needed: it is kept as the consent that lifts the entry' }),
})

export const purgeBody = z.strictObject({ dryRun: z.boolean().optional() })

const id = z.string()
const count = z.number().int()
const shownCount = count.nullable()
const tracked = z.object({ opens: z.boolean(), clicks: z.boolean(), reason: z.string() })

export const acceptanceAnswer = z.object({ id, status: z.string(), reason: z.string().optional(), tracked })
export const messageAnswer = acceptanceAnswer.extend({
  purpose: z.string(),
  campaign: id.optional(),
  attempts: count,
  acceptedAt: instant,
  sentAt: instant.optional(),
})
export const eventsAnswer = z.object({
  events: z.array(z.looseObject({ kind: z.enum(['open', 'click']), at: instant.optional() })),
})
const sentences = z.array(z.string())
export const whyAnswer = z.object({ id, sent: sentences, tracked: sentences, kept: sentences })
export const createdAnswer = z.object({
  id,
  links: z.object({
    tracked: count,
    left: z.object({ marked: count, other_host: count, conditional: count, not_web: count }),
  }),
  warnings: z.array(z.enum(['html_large'])),
})
export const movedAnswer = z.object({ id, status: z.string() })
export const scheduledAnswer = z.object({ id, startAt: instant.nullable() })
export const uploadAnswer = z.object({
  accepted: count,
  duplicates: count,
  refused: count,
  faulty: count,
  faults: z.array(
    z.object({
      ...{ line: count, code: z.string() },
      fields: z.array(z.string()).optional().meta({ description: 'The merge fields that have no value' }),
    }),
  ),
  next: z.string().optional().meta({ description: 'What to do where lines are not UTF-8' }),
})
const recordedHits = shownCount.meta({
  description:
    'Events recorded, machines included; null below k recipients. Where the policy only counts (mode `tally`), what the report shows instead: in steps of k, null below k people',
})
export const campaignAnswer = z.object({
  id,
  name: z.string(),
  status: z.string(),
  purpose: z.string(),
  createdAt: instant,
  startAt: instant.optional().meta({ description: 'When a draft begins by itself' }),
  counts: z.object({
    ...{ recipients: count, queued: count, sent: count, bounced: count, failed: count, refused: count },
    ...{ cancelled: count, expired: count, uncertain: count, opens: recordedHits, clicks: recordedHits },
  }),
  next: z.string().optional().meta({ description: 'Whom the policy refuses mail of this purpose, where some were' }),
})
export const campaignsAnswer = z.object({
  campaigns: z.array(campaignAnswer.omit({ counts: true, next: true })),
  next: z.string().nullable().meta({ description: 'For the next page, as `after`; null on the last one' }),
})
const stepped = shownCount.meta({
  description: 'A multiple of `step`; null below k people, and where it would give another figure away',
})
export const reportAnswer = z.object({
  id,
  name: z.string(),
  k: count,
  step: count.meta({ description: 'A figure changes once another k people stand behind it, and by multiples of this' }),
  estimated: z.boolean().meta({
    description: 'False: people are recipients. True: visitors, told apart within a day and counted again on the next',
  }),
  totals: z
    .object({ openers: stepped, opens: stepped, clickers: stepped, clicks: stepped })
    .meta({ description: 'People and their hits; clicks are those on the links that are shown' }),
  machines: z
    .object({ opens: stepped, clicks: stepped })
    .meta({ description: 'Hits of prefetches and scanners, as far as the policy lets them be told; in no total' }),
  events: z
    .array(z.object({ kind: z.enum(['open', 'click']), link: count, people: stepped, count: stepped }))
    .meta({ description: 'Opens, and each link of the content, followed or not' }),
  basis: z.object({ open: z.enum(['exact', 'estimate']), click: z.enum(['exact', 'estimate']) }),
  parts: z
    .array(
      z.object({
        kind: z.enum(['open', 'click']),
        class: z.enum(['person', 'machine']),
        by: z.enum(['day', 'country', 'browser', 'os', 'device', 'language', 'agent']),
        value: z.string().nullable().meta({ description: 'Null for all others together' }),
        people: count,
      }),
    )
    .meta({
      description: 'People by the day and the traits of their first hit, each on its own; recipients of a machine',
    }),
})
export const reportLinkAnswer = z.object({ path: z.string(), until: instant })
export const suppressionsAnswer = z.object({
  suppressions: z.array(z.object({ hash: z.string(), scope: z.string() })),
  next: z.string().nullable().meta({ description: '`after` of the next page; null after the last' }),
})
export const importAnswer = z.object({ imported: count, faulty: count, faults: uploadAnswer.shape.faults })
export const receiptAnswer = z.object({
  receipt: id.nullable(),
  status: z.literal('requested').optional(),
  until: z.string().optional().meta({ description: 'The last day on which a requested consent can be confirmed' }),
  recorded: count.optional(),
  faulty: count.optional(),
  faults: uploadAnswer.shape.faults.optional(),
})
export const mailboxAnswer = z.object({ count, mails: z.array(z.looseObject({ to: z.string(), subject: z.string() })) })
export const anyAnswer = z.looseObject({})
