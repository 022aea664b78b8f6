/**
 * Tries what five published policies say on a real, running Lethe each, and prints one line a statement. Exit 1 if a row
 * failed or none came of it, 2 for wrong usage. `--root` names another Lethe to try than the one around this file, and
 * `--mutations` breaks ten controls instead, one at a time, and sees the row of each turn red.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { packageRoot } from '../../src/base/index.ts'
import { tryMutations } from './mutate.ts'
import { jsonOf, lineOf, markdownOf, outcomesOn, totalsLine, totalsOf } from './report.ts'
import type { Outcome } from './row.ts'
import { expected, misfits, type PolicyRows, table } from './rows/index.ts'
import { runRows } from './run.ts'
import { openGround } from './stage/ground.ts'
import { missingFor, shapeNames, shapesNamed } from './stage/shape.ts'

// What was started is ended by its own handlers of `exit`.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const code = await main()
// A proof that failed half-way may have left a socket open: nothing of that may keep the run from its end.
process.stdout.write('', () => process.exit(code))

async function main(): Promise<number> {
  const usage =
    'conformance [--policy P] [--only ID,ID] [--shape STORE+QUEUE|all] [--json FILE] [--markdown FILE] [--root FOLDER]\nconformance --mutations [--only ID,ID]\n'
  const wrong = misfits()
  for (const each of wrong) process.stderr.write(`conformance: ${each}\n`)
  if (wrong.length > 0) return 1
  const asked = options()
  const chosen = asked ? chosenRows(asked.policy, asked.only) : []
  const shapes = shapesNamed(asked?.shape ?? 'embedded')
  const [first] = shapes
  if (asked === null || chosen.length === 0 || first === undefined) {
    process.stderr.write(`${usage}  STORE+QUEUE is ${shapeNames.join(', ')}\n`)
    return 2
  }
  const absent = missingFor(shapes)
  if (absent.length > 0) {
    process.stderr.write(`conformance: ${asked.shape} needs ${absent.join(' and ')}, not installed here\n`)
    return 1
  }
  const root = asked.root ?? packageRoot()
  const ground = openGround(root)
  process.once('exit', ground.close)
  const started = Date.now()
  const took = () => `${Math.round((Date.now() - started) / 1000)} s`
  const said = (line: string) => void process.stdout.write(`${line}\n`)
  if (asked.mutations) return tryMutations(chosen, ground, first, said)
  const several = shapes.length > 1
  const told = (outcome: Outcome) => said(lineOf(outcome, several))
  const outcomes = await runRows(chosen, { root, ground, shapes, abreast: several ? 8 : 5, told })
  if (asked.json) writeFileSync(asked.json, jsonOf(outcomes, shapes))
  if (asked.markdown) writeFileSync(asked.markdown, markdownOf(outcomes, shapes))
  said('')
  const all = chosen.flatMap(({ rows }) => rows).length
  const whole = shapes.filter((shape) => {
    const totals = totalsOf(outcomesOn(outcomes, shape))
    said(`${totalsLine(totals)}, on ${shape}${several ? '' : `, in ${took()}`}`)
    if (totals.rows < all)
      process.stderr.write(`conformance: ${all - totals.rows} rows came to no result on ${shape}\n`)
    return totals.failed === 0 && totals.rows === all
  })
  if (several) {
    const once = outcomes.filter((each) => each.shapes.length > 1).length
    said(`${once} rows tried once, for nothing of a shape was handed to them; all of it in ${took()}`)
  }
  return whole.length === shapes.length ? 0 : 1
}

/** The rows that are asked for; none when one of the words names nothing. */
function chosenRows(policy: string | undefined, only: string | undefined): readonly PolicyRows[] {
  const ids = only?.split(',').map((id) => id.trim())
  const unknown = ids?.filter((id) => !expected.includes(id)) ?? []
  for (const id of unknown) process.stderr.write(`conformance: there is no row ${id}\n`)
  if (unknown.length > 0) return []
  return table
    .filter((each) => !policy || each.policy === policy)
    .map((each) => ({ ...each, rows: each.rows.filter(({ id }) => !ids || ids.includes(id)) }))
    .filter(({ rows }) => rows.length > 0)
}

function options() {
  try {
    const text = { type: 'string' } as const
    const { values } = parseArgs({
      options: {
        policy: text,
        only: text,
        shape: text,
        json: text,
        markdown: text,
        root: text,
        mutations: { type: 'boolean' },
      },
    })
    return values
  } catch {
    return null
  }
}
