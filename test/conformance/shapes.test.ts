import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/base/index.ts'
import { jsonOf } from './report.ts'
import { apart, must, proved, type Row } from './row.ts'
import { runRows } from './run.ts'
import type { Ground } from './stage/ground.ts'
import { type ShapeName, shapesNamed } from './stage/shape.ts'
import type { Stage } from './stage/stage.ts'

// Settings and no server behind them: what a row asks for is all that counts here.
const footing = { swift: async () => ({}), copyStore: async () => ({}) }
const ground: Ground = {
  ...{ settings: {}, embedded: async () => ({}), browser: async () => null, close: () => {} },
  on: () => ({ ...footing, searched: async () => ({ settings: {}, folders: [] }) }),
}
const shapes: readonly ShapeName[] = ['sqlite+pglite', 'postgres+redis']

/** The shapes that each try of such a row counts for. */
async function triesOf(prove: Row['prove'], more: readonly Row[] = []): Promise<readonly (readonly string[])[]> {
  const rows = [apart(proved('X-1', 'says', 'control', prove)), ...more]
  const outcomes = await runRows([{ policy: 'strict', rows }], {
    ...{ root: packageRoot(), ground, shapes, abreast: 1, told: () => {} },
  })
  return outcomes.filter(({ id }) => id === 'X-1').map((each) => each.shapes)
}

const [once, onEach] = [[shapes], shapes.map((each) => [each])]

describe('a row of a run on several shapes', () => {
  it('is tried once where it was handed nothing of a shape', async () => {
    expect(await triesOf(async (stage) => (await stage.embedded()).LETHE_DATA)).toEqual(once)
  })

  it('fails on all of them where that one try failed', async () => {
    const prove = async (stage: Stage) => {
      must(stage.policy === '', 'it did not hold')
      return stage.policy
    }
    expect(await triesOf(prove)).toEqual(once)
  })

  const hands: readonly (readonly [what: string, ask: (stage: Stage) => Promise<unknown>])[] = [
    ['a store', (stage) => stage.swift()],
    ['a store whose files are searched', (stage) => stage.settings()],
    ['a copy of a store', async (stage) => stage.copyStore(await stage.embedded())],
    ['the Lethe of an environment of its own', (stage) => stage.start({} as never).catch(() => null)],
    ['a command that has an environment', (stage) => stage.run(['--help'], {})],
    ['something within other work', async (stage) => Promise.all([Promise.resolve().then(() => stage.swift())])],
    ['what another row made on it', (stage) => stage.once('made', () => stage.swift())],
  ]
  it.each(hands)('is tried on each where it was handed %s', async (_what, ask) => {
    expect(await triesOf(async (stage) => String(await ask(stage)))).toEqual(onEach)
  })

  it('stands on what the row stood on that made what both use', async () => {
    const use = (stage: Stage) => stage.once('made', async () => (await stage.swift()).LETHE_DATA)
    const first = apart(proved('X-2', 'says', 'control', use))
    const tried = await triesOf(use, [first])
    expect(tried).toEqual(onEach)
  })

  it('does not stand on what only others stood on', async () => {
    const other = apart(proved('X-2', 'says', 'control', async (stage) => (await stage.swift()).LETHE_DATA))
    expect(await triesOf(async (stage) => stage.policy, [other])).toEqual(once)
  })

  it('counts in the figures of each shape that it counts for', async () => {
    const rows = [apart(proved('X-1', 'says', 'control', async () => 'seen'))]
    const told = { root: packageRoot(), ground, shapes, abreast: 2, told: () => {} }
    const json = JSON.parse(jsonOf(await runRows([{ policy: 'strict', rows }], told), shapes)) as {
      shapes: { totals: { proved: number } }[]
    }
    expect(json.shapes.map(({ totals }) => totals.proved)).toEqual([1, 1])
  })
})

it('knows all shapes, one of them, and none of another name', () => {
  expect(shapesNamed('all')).toHaveLength(4)
  expect(shapesNamed('embedded')).toEqual(['sqlite+pglite'])
  expect(shapesNamed('postgres+redis')).toEqual(['postgres+redis'])
  expect(shapesNamed('oracle')).toEqual([])
})
