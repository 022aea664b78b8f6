import { z } from 'zod'
import { daysOf } from '../../base/index.ts'
import { valueAt } from '../canonical.ts'
import { clause } from '../clause.ts'
import { period } from '../phrase.ts'
import { days, table } from '../shapes.ts'

const rule = table({ purpose: z.string().default('hygiene'), retention: days, exempted_by: z.string() })

/**
 * The date of the last open, nothing more and overwritten by the next, so that mail which nobody reads can stop. Without a
 * consent only where a jurisdiction exempts it, and only while somebody attests that.
 */
export const hygiene = clause({
  name: 'hygiene',
  heading: 'Whether mail is still read',
  example: 'hygiene: { retention: P180D, exempted_by: exemption }',
  controls: ['last-open-only'],
  schema: z.union([z.literal('off'), rule]).default('off'),
  compile: () => {},
  check: (written, draft, report) => {
    if (written === 'off' || !draft.sound.has('attestations') || !draft.sound.has('purposes')) return
    const { purpose, retention, exempted_by } = written
    if (draft.events.open.mode === 'tally') {
      const text = 'What is only counted, through one token for everybody, cannot tell anyone apart.'
      report.fault(
        ['hygiene'],
        'hygiene_unlinkable',
        text,
        'Write `hygiene: off`, or record opens individually or not at all.',
      )
    }
    if (!draft.purposes.has(purpose)) {
      const next = 'Declare it under `purposes`, with `sends: false`.'
      report.fault(['hygiene', 'purpose'], 'purpose_unknown', 'No such purpose is declared.', next)
    }
    const jurisdiction = valueAt(draft.document, ['attestations', exempted_by, 'jurisdiction'])
    if (typeof jurisdiction !== 'string') {
      const text = 'Nothing exempts this from a consent.'
      const next = 'Name an attestation of `kind: jurisdiction`, or write `hygiene: off`.'
      report.fault(['hygiene', 'exempted_by'], 'hygiene_unexempted', text, next)
    } else {
      draft.hygiene = Object.freeze({
        ...{ purpose, retentionDays: daysOf(retention), jurisdiction, exemptedBy: exempted_by },
      })
    }
  },
  explain: (written, policy) => {
    if (written === 'off' || !policy.hygiene) return []
    const { retention, purpose } = written
    const text = `The date of your last open is kept, and nothing else of it; the next open overwrites it, and it is deleted after ${period(retention)}. It serves the purpose "${purpose}" alone, and rests on an exemption in ${policy.hygiene.jurisdiction}.`
    return [{ path: ['hygiene'], text }]
  },
  widens: (base, mine, scope) => {
    if (mine === 'off') return []
    // A ceiling leaves room for an attested exemption, without which no hygiene compiles.
    if (base === 'off' && scope === 'ceiling') return []
    if (base === 'off') return [{ path: ['hygiene'], sentence: 'What is extended does not keep the last open.' }]
    return [
      ...(scope === 'overlay' && mine.purpose !== base.purpose
        ? [{ path: ['hygiene', 'purpose'], sentence: 'What is extended keeps it for another purpose.' }]
        : []),
      ...(daysOf(mine.retention) > daysOf(base.retention)
        ? [{ path: ['hygiene', 'retention'], sentence: 'What is extended deletes it earlier.' }]
        : []),
    ]
  },
})
