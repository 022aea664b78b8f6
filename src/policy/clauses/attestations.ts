import { z } from 'zod'
import { clause, type Widening } from '../clause.ts'
import type { Attestation } from '../policy.ts'
import { countryCode, day, sentence, table } from '../shapes.ts'
import { isUnfilledDay } from '../slots.ts'

const attestation = table({
  measure: sentence,
  by: sentence,
  until: day,
  kind: z.enum(['measure', 'jurisdiction', 'reach']).default('measure'),
  jurisdiction: countryCode.optional(),
})
type Written = Readonly<Record<string, z.output<typeof attestation>>>

/** What an organisation vouches for because no software can show it; each with a name and a last day, after which audits object. */
export const attestations = clause<Written>({
  name: 'attestations',
  heading: 'What we vouch for ourselves',
  example:
    'attestations: { training: { measure: staff are trained every year, by: "J. Doe, head of operations", until: 2027-06-30 } }',
  controls: ['attested'],
  schema: z.record(z.string(), attestation).default({}),
  compile: (written, draft, report) => {
    const compiled = Object.entries(written).map(([id, { measure, by, until, kind, jurisdiction }]): Attestation => {
      if ((kind === 'jurisdiction') !== (jurisdiction !== undefined)) {
        const next = 'Write `kind: jurisdiction` and `jurisdiction: FR` together, or neither.'
        const text = 'Only an attestation about a jurisdiction names one, and it has to.'
        report.fault(['attestations', id], 'jurisdiction_odd', text, next)
      }
      return Object.freeze({ id, measure, by, until, kind })
    })
    draft.attestations = Object.freeze(compiled)
  },
  explain: (written) =>
    Object.entries(written).map(([id, { measure, by, until }]) => ({
      path: ['attestations', id],
      text: isUnfilledDay(until)
        ? `Not vouched for yet: ${measure}.`
        : `${measure}. ${by} vouches for this until ${until}; software cannot show it.`,
    })),
  widens: (base, mine, scope) =>
    Object.entries(scope === 'ceiling' ? {} : base).flatMap(([id, before]): Widening[] => {
      const path = ['attestations', id]
      const after = mine[id]
      if (!after) return [{ path, sentence: 'What is extended has somebody vouch for this.' }]
      // No compiler can tell whether other words promise as much.
      return after.measure === before.measure && after.kind === before.kind
        ? []
        : [{ path: [...path, 'measure'], sentence: 'Other words make it another promise.' }]
    }),
})
