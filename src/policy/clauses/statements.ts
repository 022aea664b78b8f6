import { z } from 'zod'
import { names } from '../canonical.ts'
import { clause } from '../clause.ts'
import { controls } from '../controls.ts'
import type { Report } from '../fault.ts'
import { listed } from '../phrase.ts'
import type { Statement } from '../policy.ts'
import { plainly, refusedWords, unseenWords } from '../refused.ts'
import { sentence, table } from '../shapes.ts'
import { suggestion } from '../suggest.ts'

const statement = table({
  id: z.string().regex(/^[A-Z]{1,4}-\d{1,3}$/),
  says: sentence,
  held_by: z.array(z.string()).max(20).default([]),
  control: z.string().optional(),
  proof: sentence.optional(),
  attested_by: z.string().optional(),
  asks: z.array(z.string()).max(20).default([]),
  contradicts: z.array(sentence).max(10).default([]),
})
type Written = z.output<typeof statement>

const undone = [...refusedWords.keys(), ...unseenWords.keys()]

/**
 * What a published text says, statement by statement: the clauses of this document that hold it, the control behind them
 * and its proof; or who attests it. `asks` names what the text reserves and this software never does: it is refused, and
 * `policy check` says so. `contradicts` quotes what the same text says against it; `says` is the narrower.
 */
export const statements = clause<readonly Written[]>({
  name: 'statements',
  heading: 'What is stated here, and what holds it',
  example: 'statements: [{ id: X-1, says: only the minimum is collected, held_by: [collect], control: closed-schema }]',
  controls: [],
  schema: z.array(statement).max(200).default([]),
  compile: (written, draft, report) => {
    for (const [index, each] of written.entries()) {
      const path = ['statements', index]
      if (written.findIndex(({ id }) => id === each.id) !== index) {
        report.fault([...path, 'id'], 'statement_twice', 'This statement stands here twice.', 'Give it its own id.')
      }
      faultControl(each, path, report)
      for (const [at, clausePath] of each.held_by.entries()) {
        if (names(draft.document, clausePath)) continue
        const text = 'There is no such clause in this document.'
        report.fault([...path, 'held_by', at], 'path_unknown', text, 'Write a path of keys, as `keep.messages`.')
      }
      for (const [at, word] of each.asks.entries()) tellAsked(each.id, word, [...path, 'asks', at], report)
      for (const [at, other] of each.contradicts.entries()) {
        const text = `${each.id}: the text says "${each.says}", and also "${other}". The first is in force.`
        report.warn(
          [...path, 'contradicts', at],
          'contradiction',
          text,
          'Nothing here: the published text needs mending.',
        )
      }
    }
    draft.statements = Object.freeze(written.map(compiled))
  },
  check: (written, draft, report) => {
    const known = draft.attestations.map(({ id }) => id)
    for (const [index, { attested_by, control }] of written.entries()) {
      const path = ['statements', index]
      const open = draft.unfilled.includes('attestations') || !draft.sound.has('attestations')
      if (attested_by !== undefined && !open && !known.includes(attested_by)) {
        report.fault(
          [...path, 'attested_by'],
          'attestation_unknown',
          'Nobody attests this.',
          suggestion(attested_by, known),
        )
      }
      // Only a draft that is whole can say what is on.
      if (control === undefined || draft.sound.size < 2 || controls[control]?.on?.(draft) !== false) continue
      if (controls[control].idle?.(draft)) continue
      const text = `The notice would claim more than is done: this policy does not switch "${control}" on.`
      report.fault(
        [...path, 'control'],
        'control_off',
        text,
        'Name the control that really holds it, or change the clause.',
      )
    }
  },
  widens: (base, mine) => {
    const asked = (all: readonly Written[]) => all.some(({ asks }) => asks.includes('consent_by_use'))
    if (!asked(mine) || asked(base)) return []
    const index = mine.findIndex(({ asks }) => asks.includes('consent_by_use'))
    return [{ path: ['statements', index, 'asks'], sentence: 'Using a service is no consent.' }]
  },
  explain: (written, policy) =>
    written.map((each, index) => {
      const { control, proof, result } = policy.statements[index] ?? compiled(each)
      const held = each.held_by.length ? ` Held by ${listed(each.held_by)}.` : ''
      const refused = each.asks.length ? ` Refused here: ${listed(each.asks.map(plainly))}.` : ''
      const against = each.contradicts.map((other) => `"${other}"`)
      const both = against.length
        ? ` The text also says ${listed(against)}; the narrower, told first, is in force.`
        : ''
      const how = result === 'refused' ? '' : ` Control ${control}: ${controls[control]?.does}. Proof: ${proof}.`
      return { path: ['statements', index], text: `${each.id}: ${each.says}.${both}${held}${refused}${how}` }
    }),
})

function compiled({ id, says, held_by, control, proof, attested_by, asks, contradicts }: Written): Statement {
  // Some promises are the software's own, whatever a policy says (keys, the audit log): a control alone holds them.
  const kept = held_by.length > 0 || (control !== undefined && !asks.length)
  const result = attested_by !== undefined ? 'attested' : kept ? 'control' : 'refused'
  const named = control ?? (result === 'attested' ? 'attested' : 'never-done')
  const shown = proof ?? controls[named]?.proof ?? ''
  const against = contradicts.length ? { contradicts: Object.freeze([...contradicts]) } : {}
  return Object.freeze({
    id,
    says,
    heldBy: Object.freeze([...held_by]),
    control: named,
    proof: shown,
    result,
    ...against,
  })
}

function faultControl(each: Written, path: readonly (string | number)[], report: Report): void {
  const { held_by, asks, attested_by, control } = each
  if (!held_by.length && !asks.length && attested_by === undefined && control === undefined) {
    const text = 'Nothing in this document holds this statement.'
    const next =
      'Name the clauses in `held_by`, as `collect.open`, and the `control`; who vouches for it in `attested_by`; or what is refused in `asks`.'
    report.fault(path, 'statement_idle', text, next)
  } else if (control !== undefined && !Object.hasOwn(controls, control)) {
    const text = 'This software has no such control.'
    report.fault([...path, 'control'], 'control_unknown', text, suggestion(control, Object.keys(controls)))
  } else if (control === undefined && held_by.length && attested_by === undefined) {
    const next = `Add \`control:\`. ${suggestion('', Object.keys(controls))}`
    report.fault(path, 'control_missing', 'A statement names the control that makes it true.', next)
  }
}

function tellAsked(id: string, word: string, path: readonly (string | number)[], report: Report): void {
  const refused = refusedWords.get(word) ?? unseenWords.get(word)
  if (refused) {
    report.warn(
      path,
      word === 'consent_by_use' ? word : 'refused',
      `${id} asks for "${word}". ${refused}`,
      'Nothing: it is refused.',
    )
  } else {
    report.fault(path, 'word_unknown', 'This is no word for what is always refused.', suggestion(word, undone))
  }
}
