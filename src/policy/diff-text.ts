import { controls } from './controls.ts'
import type { Effect, PolicyChange, PolicyDiff } from './diff.ts'
import { markdownTable } from './markdown.ts'

const signs: Readonly<Record<Effect, string>> = { widening: 'WIDENING', narrowing: 'narrowing', neutral: 'neutral' }
const effects: readonly Effect[] = ['widening', 'narrowing', 'neutral']
const channels = { mail: 'by mail', page: 'on the notice page' }

const version = ({ name, number }: PolicyDiff['from']): string => `\`${name}\` ${number.toString(16).padStart(8, '0')}`

/** The diff as a comment on a pull request: what it means first, then each change, then what has to be proved again. */
export function diffMarkdown(diff: PolicyDiff): string {
  const { changes, noticeDays } = diff
  if (!changes.length) return `**Policy: no change** between ${version(diff.from)} and ${version(diff.to)}.\n`
  const counts = effects.map((effect) => `${changes.filter((each) => each.effect === effect).length} ${effect}`)
  const proofs = [...new Set(changes.flatMap((each) => each.controls))].flatMap((id) => {
    const control = controls[id]
    return control ? [`- \`${id}\`: ${control.proof}`] : []
  })
  const parts = [
    `**Policy: ${counts.join(', ')}**, from ${version(diff.from)} to ${version(diff.to)}.`,
    noticeDays
      ? `People have to be told ${channels[diff.by]}, ${noticeDays} days before it takes effect.`
      : diff.effect === 'widening'
        ? 'The policy in force promises no notice before a change counts.'
        : 'Nothing here has to wait for a notice.',
    markdownTable(
      ['Effect', 'Clause', 'Before', 'After', 'Notice', 'Data', 'Controls', 'Statements'],
      effects.flatMap((effect) => changes.filter((each) => each.effect === effect)).map(cells),
    ),
    ...(proofs.length ? [`Proofs to run again:\n\n${proofs.join('\n')}`] : []),
  ]
  return `${parts.join('\n\n')}\n`
}

const cells = (change: PolicyChange): readonly string[] => [
  ...[signs[change.effect], change.path, brief(change.before), brief(change.after)],
  change.noticeDays ? `${change.noticeDays} days` : '',
  ...[change.fields.join(', '), change.controls.join(', '), change.statements.join(', ')],
]

const longest = 120
const brief = (text: string | null): string =>
  text === null ? '(nothing)' : text.length > longest ? `${text.slice(0, longest)}...` : text
