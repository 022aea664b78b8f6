import { type Outcome, type Row, Unproved } from './row.ts'
import type { PolicyRows } from './rows/index.ts'
import type { Ground } from './stage/ground.ts'
import { openStage, type Stage } from './stage/stage.ts'

export interface RunOptions {
  /** The Lethe that is tried: this one, or a copy with a control broken. */
  readonly root: string
  readonly ground: Ground
  /** Lanes and rows tried at the same time. */
  readonly abreast: number
  readonly told: (outcome: Outcome) => void
}

/**
 * Tries every row; resolves with the outcomes in the order of the table. The rows of a policy that share its running Lethe
 * follow each other; those that start their own run beside them, as many at once as `abreast` allows.
 */
export async function runRows(policies: readonly PolicyRows[], options: RunOptions): Promise<readonly Outcome[]> {
  process.setMaxListeners(0) // each Lethe that is started is also ended by a handler of `exit`
  const outcomes = new Map<string, Outcome>()
  const told = (outcome: Outcome): void => {
    outcomes.set(outcome.id, outcome)
    options.told(outcome)
  }
  const scenes = policies.map((each) => sceneOf(each, options, told))
  // Long rows first; those that share a Lethe are many short ones, and one lane of them is the longest of all.
  const waiting = [...scenes.flatMap(({ lane }) => lane), ...scenes.flatMap(({ apart }) => apart)]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next()
  }
  try {
    await Promise.all(Array.from({ length: options.abreast }, worker))
  } finally {
    for (const { close } of scenes) await close()
  }
  return policies.flatMap(({ rows }) => rows.flatMap(({ id }) => outcomes.get(id) ?? []))
}

type Task = () => Promise<void>

/** One policy's rows as tasks, and the stage that closes itself behind the last of them. */
function sceneOf({ policy, rows }: PolicyRows, { root, ground }: RunOptions, told: (outcome: Outcome) => void) {
  const stage = openStage(policy, root, ground)
  let left = rows.length
  const tried = async (row: Row, where: Stage): Promise<void> => {
    const started = Date.now()
    const outcome = await tryRow(row, where)
    told({ ...outcome, seconds: Math.round((Date.now() - started) / 100) / 10 })
    left -= 1
    if (left === 0) await stage.close()
  }
  const sharing = rows.filter(({ apart }) => !apart)
  const lane: Task = async () => {
    for (const row of sharing) await tried(row, stage)
  }
  return {
    lane: sharing.length > 0 ? [lane] : [],
    apart: rows
      .filter(({ apart }) => apart)
      .map(
        (row): Task =>
          () =>
            tried(row, stage.beside(row.id)),
      ),
    close: stage.close,
  }
}

async function tryRow({ id, says, control, result, prove }: Row, stage: Stage): Promise<Omit<Outcome, 'seconds'>> {
  const facts = { id, policy: stage.policy, says, control }
  try {
    return { ...facts, evidence: await prove(stage), result }
  } catch (error) {
    // A proof that breaks proves nothing: whatever was thrown, the row has failed.
    const missed = error instanceof Unproved ? error.message : broken(error)
    return { ...facts, evidence: missed.replace(/\s+/g, ' '), result: 'failed' }
  }
}

const broken = (error: unknown): string => {
  const cause = error instanceof Error && error.cause ? ` (${String(error.cause).slice(0, 120)})` : ''
  return `the proof broke: ${String(error).slice(0, 300)}${cause}`
}
