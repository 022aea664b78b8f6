import { z } from 'zod'

/** Bodies and answers of people's rights. */
const email = z.string().max(400)
const instant = z.string().max(40)

export const subjectBody = z.strictObject({ email })
export const rectifyBody = subjectBody.extend({
  name: z.string().max(500).optional(),
  newEmail: email.optional(),
})
export const objectBody = subjectBody.extend({ purpose: z.string().max(100) })
export const minorBody = subjectBody.extend({
  parentalConsent: z
    .strictObject({ at: instant, source: z.string().max(200), wording: z.string().max(2000) })
    .optional()
    .meta({ description: "The caller's record of a parent's consent; only where the policy knows that exception." }),
})
/** Its shape is asked for once its signature is found genuine: what was changed is told apart from what was never one. */
export const importBody = subjectBody.extend({
  data: z
    .looseObject({})
    .meta({ description: 'What `export` gave under `data`, unchanged; see GET /v1/schemas/export.json.' }),
})
export const discloseBody = subjectBody.extend({
  to: z.string().max(100).meta({ description: 'A class of recipients that the policy names with its condition.' }),
  reason: z
    .string()
    .max(200)
    .meta({ description: 'Plain words for the audit log, without names, addresses, dots or colons.' }),
  categories: z.array(z.string().max(40)).max(10).optional(),
})
export const concernBody = z.strictObject({ email, about: z.string().min(1).max(4000) })

export const receipt = z.strictObject({
  case: z.string(),
  right: z.string(),
  at: instant,
  policy: z.string().meta({ description: 'Digest of the policy that was in force.' }),
  lines: z.array(z.object({ at: instant, code: z.string(), says: z.string(), count: z.int().optional() })),
  remains: z.array(z.object({ code: z.string(), says: z.string(), until: z.string().nullable() })),
  log: z
    .strictObject({ sequence: z.int(), hash: z.string() })
    .optional()
    .meta({ description: 'Head of the audit log when it was signed.' }),
  key: z.string(),
  signature: z.string(),
})

const status = z.enum(['open', 'residue', 'done'])

export const rightAnswer = z.object({ case: z.string(), status, outcome: z.string(), receipt })
export const disclosedAnswer = rightAnswer.extend({
  to: z.string(),
  condition: z.string(),
  data: z.strictObject({ format: z.literal('lethe-disclosure'), version: z.literal(1), held: z.looseObject({}) }),
})
export const fingerprintsAnswer = rightAnswer.extend({ fingerprints: z.array(z.string()) })
export const caseAnswer = z.object({
  case: z.string(),
  right: z.string(),
  status,
  openedAt: instant,
  dueAt: instant,
  overdue: z.boolean(),
  closedAt: instant.optional(),
  receipt: receipt.optional(),
})
export const casesAnswer = z.object({ cases: z.array(caseAnswer) })
export const anyAnswer = z.looseObject({})
