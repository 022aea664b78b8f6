import { type Outcome, type Row, Unproved } from './row.ts'
import type { PolicyRows } from './rows/index.ts'
import type { Ground } from './stage/ground.ts'
import type { ShapeName } from './stage/shape.ts'
import { newSite, openStage, type Site, type Stage } from './stage/stage.ts'
import { noted } from './stage/standing.ts'
import { type Task, workOff } from './tasks.ts'

export interface RunOptions {
  /** The Lethe that is tried: this one, or a copy with a control broken. */
  readonly root: string
  readonly ground: Ground
  /** Each row is tried on each of them, but for those that turn out to stand on none: those are tried once, on the first. */
  readonly shapes: readonly ShapeName[]
  /** Lanes and rows tried at the same time. */
  readonly abreast: number
  readonly told: (outcome: Outcome) => void
}

/**
 * Tries every row on every shape; resolves with the outcomes in the order of the table. The rows of a policy that share its
 * running Lethe follow each other in a lane; those that start their own run beside them, as many at once as `abreast` allows.
 */
export async function runRows(policies: readonly PolicyRows[], options: RunOptions): Promise<readonly Outcome[]> {
  process.setMaxListeners(0) // each Lethe that is started is also ended by a handler of `exit`
  const outcomes: Outcome[] = []
  const told = (outcome: Outcome): void => {
    outcomes.push(outcome)
    options.told(outcome)
  }
  const site = newSite(options.root, options.ground)
  const scenes = policies.map((each) => sceneOf(each, options.shapes, site, told))
  try {
    // Long rows first; those that share a Lethe are many short ones, and one lane of them is the longest of all.
    const tasks = [...scenes.flatMap(({ lanes }) => lanes), ...scenes.flatMap(({ apart }) => apart)]
    await workOff(tasks, options.abreast)
  } finally {
    for (const { close } of scenes) await close()
  }
  return policies.flatMap(({ rows }) => rows.flatMap(({ id }) => outcomes.filter((each) => each.id === id)))
}

type Told = (outcome: Outcome) => void

/** One policy's rows as tasks, and a stage for each shape, which closes itself behind the last of them. */
function sceneOf({ policy, rows }: PolicyRows, shapes: readonly ShapeName[], site: Site, told: Told) {
  const stages = shapes.map((shape) => ({ shape, stage: openStage(policy, shape, site), left: rows.length }))
  type Place = (typeof stages)[number]

  const settled = async (outcome: Outcome): Promise<void> => {
    told(outcome)
    for (const place of stages.filter(({ shape }) => outcome.shapes.includes(shape))) {
      place.left -= 1
      if (place.left === 0) await place.stage.close()
    }
  }
  const laneOn = (place: Place, sharing: readonly Row[]): Task => {
    return async () => {
      for (const row of sharing) await settled({ ...(await tried(row, place.stage)).outcome, shapes: [place.shape] })
      return []
    }
  }
  /** Where the row did not stand on the shape, there is nothing else to be seen on another one. */
  const apartFrom = (row: Row, [place, ...others]: readonly Place[]): Task => {
    return async () => {
      if (!place) return []
      const { outcome, onShape } = await tried(row, place.stage.beside(row.id))
      await settled({ ...outcome, shapes: onShape ? [place.shape] : [place, ...others].map(({ shape }) => shape) })
      return onShape ? others.map((other) => apartFrom(row, [other])) : []
    }
  }
  const sharing = rows.filter(({ apart }) => !apart)
  return {
    lanes: sharing.length > 0 ? stages.map((place) => laneOn(place, sharing)) : [],
    apart: rows.filter(({ apart }) => apart).map((row) => apartFrom(row, stages)),
    close: async () => {
      for (const { stage } of stages) await stage.close()
    },
  }
}

/** What came of a row, and whether anything of the shape was handed to it. */
async function tried({ id, says, control, result, prove }: Row, stage: Stage) {
  const facts = { id, policy: stage.policy, says, control }
  const started = Date.now()
  const proof = noted(() => prove(stage))
  const seen = await proof.made.then(
    (evidence) => ({ evidence, result }),
    // A proof that breaks proves nothing: whatever was thrown, the row has failed.
    (error) => ({ evidence: missed(error).replace(/\s+/g, ' '), result: 'failed' as const }),
  )
  const seconds = Math.round((Date.now() - started) / 100) / 10
  return { outcome: { ...facts, ...seen, seconds }, onShape: proof.standing.onShape }
}

function missed(error: unknown): string {
  if (error instanceof Unproved) return error.message
  const cause = error instanceof Error && error.cause ? ` (${String(error.cause).slice(0, 120)})` : ''
  return `the proof broke: ${String(error).slice(0, 300)}${cause}`
}
