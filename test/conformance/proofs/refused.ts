import { equal, must } from '../row.ts'
import type { Document, Stage } from '../stage/stage.ts'

/** A change to a document: a path of keys, and the value that is put there. */
export type Grant = readonly [path: string, value: unknown]

export function granted(document: Document, [path, value]: Grant): Document {
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let here = document
  for (const key of keys) {
    if (typeof here[key] !== 'object' || here[key] === null) here[key] = {}
    here = here[key] as Document // a list is edited by its index, like a table by its key
  }
  if (value === undefined) delete here[last]
  else here[last] = value
  return document
}

/** The policy with the grant added must be refused with the code, at a line, and without it must compile. */
export async function grantRefused(stage: Stage, grant: Grant, code: string, base = stage.policy): Promise<string> {
  const before = await stage.check(stage.document(base))
  equal(
    before.faults.map((each) => each.code),
    [],
    `faults of ${base} as it is shipped`,
  )
  const { policy, faults } = await stage.check(granted(stage.document(base), grant))
  const fault = faults.find((each) => each.code === code)
  must(policy === null && fault, `${base} with ${grant[0]} was not refused with ${code}: ${codes(faults)}`)
  must(fault.line > 0, `${code} has no line`)
  return `policy check refuses ${grant[0]}${shown(grant[1])} with ${code}`
}

const codes = (said: readonly { code: string }[]): string => said.map(({ code }) => code).join(', ') || 'no fault'
const shown = (value: unknown): string => (typeof value === 'object' || value === undefined ? '' : `: ${String(value)}`)

/** The shipped policy keeps what the text asks for under its statement, and says that it is refused. */
export async function askRefused(stage: Stage, id: string, word: string): Promise<string> {
  const { policy, warnings } = await stage.check(stage.document())
  must(policy, `${stage.policy} does not compile`)
  const said = warnings.find(
    ({ code, sentence }) => code === 'refused' && sentence.includes(id) && sentence.includes(word),
  )
  must(said, `policy check of ${stage.policy} does not say that ${id} asks for "${word}" and is refused`)
  return `policy check names ${id} and refuses "${word}"`
}

/** Several proofs of one row, their evidence joined. */
export async function all(...proofs: readonly Promise<string>[]): Promise<string> {
  const evidence: string[] = []
  // One after the other failing first: the others' rejections are awaited too, so that none goes unheard.
  for (const settled of await Promise.allSettled(proofs)) {
    if (settled.status === 'rejected') throw settled.reason
    evidence.push(settled.value)
  }
  return evidence.join('; ')
}
