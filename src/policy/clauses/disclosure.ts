import { z } from 'zod'
import { clause } from '../clause.ts'
import type { Disclosure, DisclosureClass } from '../policy.ts'
import { sentence, table } from '../shapes.ts'

// How a class can be met at all: by the software itself, by somebody's word, or never.
const classes: Readonly<Record<DisclosureClass, readonly [by: 'software' | 'attestation' | 'never', who: string]>> = {
  processors: ['software', 'those who process data for us, named above'],
  authorities: ['software', 'authorities'],
  affiliates: ['attestation', 'companies of our group'],
  successor: ['attestation', 'somebody who takes over the service'],
  partners: ['never', 'business partners'],
  anyone: ['never', 'anybody else'],
}
const names = Object.keys(classes) as readonly DisclosureClass[] // the keys of the table above

const disclosed = table({
  to: z.enum(names as [DisclosureClass, ...DisclosureClass[]]),
  condition: sentence.optional(),
  met_by: z.string().optional(),
})
type Written = readonly z.output<typeof disclosed>[]

/** Classes of recipients that the published text names. One whose condition is not met gets nothing; two never can be. */
export const disclosure = clause<Written>({
  name: 'disclosure',
  heading: 'Who else may ever see it',
  example: 'disclosure: [{ to: authorities, condition: a legal demand in writing }]',
  controls: ['conditional-disclosure'],
  schema: z
    .array(disclosed)
    .max(20)
    .default([{ to: 'processors', condition: 'they have an agreement with us' }]),
  compile: (written, _draft, report) => {
    for (const [index, { to, condition }] of written.entries()) {
      const path = ['disclosure', index]
      if (written.findIndex((each) => each.to === to) !== index) {
        report.fault(path, 'disclosure_twice', 'This class stands here twice.', 'Join the two.')
      }
      const [by] = classes[to]
      if (by === 'never') {
        const text = `The text reserves disclosure to "${to}"; this software has no way to do it.`
        report.warn(path, 'refused', text, 'Nothing: it is refused.')
      } else if (condition === undefined) {
        const text = 'A disclosure without a condition is denied.'
        report.warn(path, 'disclosure_unbound', text, 'Add `condition:` and say when it may happen.')
      }
    }
  },
  check: (written, draft, report) => {
    const known = new Set(draft.attestations.map(({ id }) => id))
    for (const [index, { met_by }] of written.entries()) {
      if (met_by === undefined || known.has(met_by) || !draft.sound.has('attestations')) continue
      const next = 'Name a key of `attestations`, or leave it out: the class is then denied.'
      report.fault(['disclosure', index, 'met_by'], 'attestation_unknown', 'Nobody attests this.', next)
    }
    draft.disclosures = Object.freeze(
      written.map(({ to, condition, met_by }): Disclosure => {
        const [by] = classes[to]
        const shown = by === 'software' || (by === 'attestation' && met_by !== undefined)
        const metBy = by === 'attestation' ? (met_by ?? null) : null
        return Object.freeze({ to, condition: condition ?? null, met: condition !== undefined && shown, metBy })
      }),
    )
  },
  explain: (written, { disclosures }) =>
    written.length
      ? written.map(({ to, condition }, index) => {
          const [, who] = classes[to]
          const met = disclosures.find((each) => each.to === to)?.met
          const text = met ? `To ${who}, only if: ${condition}.` : `Not to ${who}.`
          return { path: ['disclosure', index], text }
        })
      : [{ path: ['disclosure'], text: 'Nobody: no class of recipients is named.' }],
  widens: (base, mine, scope) =>
    mine.flatMap(({ to, condition, met_by }, index) => {
      const before = base.find((each) => each.to === to)
      const [by] = classes[to]
      if (by === 'never' || condition === undefined) return [] // denied in any case
      if (by === 'attestation' && met_by === undefined) return []
      const same = scope === 'ceiling' ? before?.condition !== undefined : before?.condition === condition
      if (before && same && (by === 'software' || before.met_by !== undefined)) return []
      const sentence = before
        ? 'Another condition makes it another promise.'
        : 'What is extended does not disclose this.'
      return [{ path: ['disclosure', index], sentence }]
    }),
})
