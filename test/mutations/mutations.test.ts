import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openHouse, readConfig } from '../../src/main/index.ts'
import { environment, folder } from '../journeys/lethe.ts'
import { brokenLethes, copyOf, type Mutation } from './mutation.ts'

interface Finding {
  readonly check: string
  readonly result: string
  readonly detail: string
}

/** What every walk begins with: an embedded store and queue that were opened once, which takes most of a first start. */
let begun: string
const children = new Set<ChildProcess>()
const roots: string[] = []

const settings = async (data: string) => ({
  ...(await environment()),
  ...{ LETHE_DATA: join(data, 'data'), LETHE_EPOCHS: join(data, 'keys', 'epochs'), LETHE_SMTP: 'capture:' },
  ...{ LETHE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`, LETHE_LOG: join(data, 'data', 'lethe.log') },
  LETHE_POLICY: 'strict',
})

beforeAll(async () => {
  begun = folder()
  for (const each of ['data', 'keys']) mkdirSync(join(begun, each), { mode: 0o700 })
  const house = await openHouse(readConfig(await settings(begun)))
  await house.close()
  // Only a folder that says so is purged under a shifted clock.
  writeFileSync(join(begun, 'data', 'rehearsal'), 'made by a test\n')
}, 240_000)
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  for (const root of [...roots, begun]) rmSync(root, { recursive: true, force: true })
})

/** The findings of both audits of a walk through a Lethe with these controls broken. */
async function walk(mutations: readonly Mutation[]): Promise<readonly Finding[]> {
  const lane = lanes.shift() ?? Promise.resolve()
  const walked = lane.catch(() => undefined).then(() => walkAlone(mutations))
  lanes.push(walked)
  return walked
}
const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()]

async function walkAlone(mutations: readonly Mutation[]): Promise<readonly Finding[]> {
  const root = copyOf(mutations)
  roots.push(root)
  const data = join(root, 'own')
  cpSync(begun, data, { recursive: true })
  const env = { ...process.env, ...(await settings(data)) }
  const child = spawn(process.execPath, ['test/mutations/walk.ts'], { cwd: root, env })
  children.add(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (err += chunk))
  await new Promise((resolve) => child.once('close', resolve))
  children.delete(child)
  const line = out.split('\n').findLast((each) => each.startsWith('[['))
  if (line === undefined) throw new Error(`the walk did not come to its end: ${err.slice(-800)}`)
  return (JSON.parse(line) as readonly (readonly Finding[])[]).flat() // as the walk prints it
}

// In two lanes: each walk is a whole Lethe with a queue of its own, and waits for much of its time.
describe.concurrent('the audit', { timeout: 240_000 }, () => {
  const all = brokenLethes.flatMap(({ mutations }) => mutations)

  it('proves every promise of a Lethe in which nothing is broken, today and in forty days', async () => {
    const findings = await walk([])
    expect(findings.filter(({ result }) => result !== 'proved')).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(all.map(({ check }) => check)))
  })

  it.each(brokenLethes)(
    'finds each broken control, and nothing else, of a Lethe $lethe',
    async ({ mutations }) => {
      const found = (await walk(mutations)).filter(({ result }) => result === 'violated')
      const missed = mutations.filter(
        ({ check, noticed }) => !found.some((each) => each.check === check && noticed.test(each.detail)),
      )
      expect(
        missed.map(({ breaks }) => breaks),
        JSON.stringify(found),
      ).toEqual([])
      const expected = new Set(mutations.flatMap(({ check, drags }) => (drags ? [check, drags] : [check])))
      expect(found.filter(({ check }) => !expected.has(check))).toEqual([])
    },
    240_000,
  )

  it('is tried on more than ten of them', () => {
    expect(new Set(all.map(({ file, to }) => file + to)).size).toBeGreaterThan(10)
  })
})
