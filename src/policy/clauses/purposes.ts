import { z } from 'zod'
import { valueAt } from '../canonical.ts'
import { clause } from '../clause.ts'
import { frozenMap } from '../freeze.ts'
import type { Basis, ConsentRule, Purpose } from '../policy.ts'
import { sentence, table } from '../shapes.ts'
import { kept, promotes, purposesWiden } from './purposes-widen.ts'

const purpose = table({
  means: sentence,
  basis: z.enum(['consent', 'contract', 'legal_obligation', 'vital_interests', 'public_task', 'legitimate_interests']),
  consent: z.enum(['none', 'opt-out', 'opt-in']),
  evidence: z.literal('relationship').optional(),
  promotes: z.enum(['nothing', 'own', 'third-parties']).optional(),
  bound: z.literal(true).optional(),
  sends: z.boolean(),
  subscribed: z.boolean().default(false),
  unknown_outcome: z.enum(['resend', 'hold']).default('hold'),
})

const bases: Readonly<Record<Basis, string>> = {
  consent: 'your consent',
  contract: 'a contract with you',
  legal_obligation: 'a legal obligation',
  vital_interests: 'vital interests',
  public_task: 'a public task',
  legitimate_interests: 'our legitimate interests',
}
const asks: Readonly<Record<ConsentRule, string>> = {
  none: 'It needs no separate agreement.',
  'opt-out': 'It goes on until you say no.',
  'opt-in': 'It begins only once you have said yes, and ends when you take that back.',
}
const asked = 'It goes only to those whom we have dealt with before.'
const given = 'It goes only to addresses that were given to us for this, or whose owner said yes to it.'

export type PurposeWritten = z.output<typeof purpose>
export type PurposesWritten = Readonly<Record<string, PurposeWritten | 'off'>>

/** Why mail is sent and hits are recorded (GDPR Art. 5(1)(b)); an enumeration, so that a message cannot invent one. */
export const purposes = clause<PurposesWritten>({
  name: 'purposes',
  heading: 'Why',
  example: 'purposes: { deliver: { means: mail that you asked for, basis: contract, consent: none, sends: true } }',
  controls: ['bound-purpose', 'consent-receipt', 'relationship-evidence', 'one-click'],
  schema: z.record(z.string(), z.union([z.literal('off'), purpose])),
  compile: (written, draft, report) => {
    const compiled = kept(written).map(([name, each]): readonly [string, Purpose] => {
      const path = ['purposes', name]
      if (each.basis === 'consent' && each.consent !== 'opt-in') {
        const next = 'Write `consent: opt-in`, or the basis that really carries this purpose.'
        report.fault([...path, 'consent'], 'consent_empty', 'A consent that nobody was asked for is none.', next)
      }
      if (each.subscribed && each.consent === 'none') {
        const next = 'Write `consent: opt-out` or `opt-in`, or `subscribed: false`.'
        const text = 'Mail that can be unsubscribed from must heed the answer.'
        report.fault([...path, 'subscribed'], 'subscribed_unheard', text, next)
      }
      if (each.bound && !each.sends) {
        const text = 'A purpose without mail uses no address that could be bound.'
        report.fault([...path, 'bound'], 'bound_unsent', text, 'Leave `bound` out, or write `sends: true`.')
      }
      if (each.subscribed && !each.sends) {
        const text = 'A purpose without mail cannot be subscribed to.'
        report.fault([...path, 'subscribed'], 'subscribed_unsent', text, 'Write `subscribed: false` or `sends: true`.')
      }
      for (const odd of promotionFaults(each)) report.fault([...path, odd.key], odd.code, odd.text, odd.next)
      const { basis, consent, evidence = null, subscribed, unknown_outcome: unknownOutcome, sends, bound } = each
      const facts = { name, basis, consent, evidence, subscribed, unknownOutcome, sends }
      return [name, Object.freeze(bound ? { ...facts, bound } : facts)]
    })
    if (!compiled.some(([, { sends }]) => sends)) {
      const next = 'Declare one with `sends: true`, as `deliver` in the shipped policies.'
      report.fault(['purposes'], 'purposes_none', 'No purpose allows any mail.', next)
    }
    draft.purposes = frozenMap(compiled)
  },
  check: (written, draft, report) => {
    const served = new Set(Object.values(draft.events).map((rule) => rule.purpose))
    const lastOpen = valueAt(draft.document, ['hygiene', 'purpose']) ?? 'hygiene'
    if (valueAt(draft.document, ['hygiene', 'retention'])) served.add(String(lastOpen))
    for (const [name, { sends }] of kept(written)) {
      if (sends || served.has(name) || !draft.sound.has('collect')) continue
      report.warn(
        ['purposes', name],
        'purpose_idle',
        `Nothing is done for the purpose "${name}".`,
        `Write \`purposes: { ${name}: off }\`.`,
      )
    }
  },
  explain: (written) =>
    kept(written).flatMap(([name, { means, basis, consent, evidence, bound }]) => [
      { path: ['purposes', name], text: `${name}: ${means}.` },
      { path: ['purposes', name, 'basis'], text: `It rests on ${bases[basis]}.`, detail: true },
      { path: ['purposes', name, 'consent'], text: asks[consent], detail: true },
      ...(evidence ? [{ path: ['purposes', name, 'evidence'], text: asked, detail: true }] : []),
      ...(bound ? [{ path: ['purposes', name, 'bound'], text: given, detail: true }] : []),
    ]),
  widens: purposesWiden,
})

function promotionFaults(each: PurposeWritten) {
  const found: { readonly key: string; readonly code: string; readonly text: string; readonly next: string }[] = []
  if (promotes(each) === 'third-parties') {
    const text = 'With `sale: prohibited` no purpose can promote what others sell.'
    const next =
      'Leave this purpose out; a text that reserves it is kept under `statements`, as `asks: [third_party_promotion]`.'
    found.push({ key: 'promotes', code: 'promotion_refused', text, next })
  }
  if (each.consent === 'opt-out' && promotes(each) === 'own' && each.evidence === undefined) {
    const text = 'Promotion that nobody asked for needs evidence that the person is a customer.'
    const next = 'Add `evidence: relationship`, or write `consent: opt-in`.'
    found.push({ key: 'consent', code: 'evidence_missing', text, next })
  }
  return found
}
