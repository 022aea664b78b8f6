import { isTable, type Json } from './canonical.ts'
import type { Told } from './clause.ts'
import { clauses } from './clauses/index.ts'
import { controlsOn } from './controls.ts'
import { type Path, silent } from './fault.ts'
import type { Policy } from './policy.ts'
import { fillSlots } from './slots.ts'

export interface Sentence {
  readonly path: string
  readonly text: string
  /** The published text does not state this value. */
  readonly ours: boolean
  /** Belongs to the sentence before it. */
  readonly detail: boolean
}

export interface Chapter {
  readonly heading: string
  readonly sentences: readonly Sentence[]
  /** Ids of the controls that keep what the chapter says. */
  readonly controls: readonly string[]
}

/** What the policy means for the people it is about, clause by clause, from the document that was compiled. */
export function chaptersOf(policy: Policy): readonly Chapter[] {
  const document = fillSlots(JSON.parse(policy.source) as Json, silent).document // our own canonical JSON
  const keys = isTable(document) ? document : {}
  const marked = Array.isArray(keys.ours) ? keys.ours.map(String) : []
  const headings = new Map<string, { told: readonly Told[]; controls: readonly string[] }>()
  for (const { name, heading, controls, explain } of clauses) {
    const told = explain(keys[name], policy)
    if (!told.length) continue
    const above = headings.get(heading) ?? { told: [], controls: [] }
    const held = new Set([...above.controls, ...controlsOn(controls, policy)])
    headings.set(heading, { told: [...above.told, ...told], controls: [...held] })
  }
  return [...headings].map(([heading, { told, controls }]) => ({
    ...{ heading, controls },
    sentences: told.map(({ path, text, detail = false }) => ({
      ...{ path: path.join('.'), text, detail },
      ours: isOurs(path, marked),
    })),
  }))
}

const isOurs = (path: Path, marked: readonly string[]): boolean =>
  path.some((_step, index) => marked.includes(path.slice(0, index + 1).join('.')))

/** The same for a terminal: headings, and sentences wrapped under them. Ends with what is still to be filled in. */
export function explainPolicy(policy: Policy, columns = 84): string {
  const chapters = chaptersOf(policy).map(({ heading, sentences, controls }) => {
    const lines = sentences.map(({ text, ours, detail }) => {
      return wrapped(ours ? `${text} (our choice)` : text, detail ? '     ' : '  - ', columns)
    })
    const held = controls.length ? [wrapped(`Controls: ${controls.join(', ')}.`, '    ', columns)] : []
    return `${heading}\n${'-'.repeat(heading.length)}\n${[...lines, ...held].join('\n')}\n`
  })
  const open = policy.unfilled.map((path) => `  - ${path}`).join('\n')
  const rest = open ? [`Still to be filled in\n${'-'.repeat(21)}\n${open}\n`] : []
  return [...chapters, ...rest].join('\n')
}

function wrapped(text: string, bullet: string, columns: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line && bullet.length + line.length + 1 + word.length > columns) {
      lines.push(line)
      line = ''
    }
    line += line ? ` ${word}` : word
  }
  return [...lines, line].map((each, index) => (index ? ' '.repeat(bullet.length) : bullet) + each).join('\n')
}
