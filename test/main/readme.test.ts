import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/base/index.ts'
import { openHouse, readConfig, type SignedAudit } from '../../src/main/index.ts'
import { environment, folder } from '../journeys/lethe.ts'

const readme = readFileSync(join(packageRoot(), 'README.md'), 'utf8')
const numbers: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4 }

/** What `lethe audit` would say of an empty store with these settings. */
async function auditOf(settings: Readonly<Record<string, string>>): Promise<SignedAudit> {
  const house = await openHouse(readConfig({ ...(await environment()), ...settings }))
  try {
    return await house.overseer.audit()
  } finally {
    await house.close()
  }
}

describe('what the README says of an audit', () => {
  const data = folder()
  const away = folder()
  let [demo, bare]: (SignedAudit | undefined)[] = []
  beforeAll(async () => {
    // As the demo sets them: a log that Lethe owns, and the keys away from the data.
    demo = await auditOf({
      ...{ LETHE_DATA: join(data, 'demo'), LETHE_EPOCHS: join(away, 'epochs'), LETHE_LOG: join(data, 'lethe.log') },
      LETHE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    })
    bare = await auditOf({ LETHE_DATA: join(data, 'bare') })
  }, 240_000)
  afterAll(() => {
    for (const each of [data, away]) rmSync(each, { recursive: true, force: true })
  })

  it('names as many promises as the demo counts', () => {
    const [, said] = /audit: (\d+) promises, every one proved/.exec(readme) ?? []
    expect(Number(said)).toBe(demo?.findings.length)
  })

  it('names as many as are unproven without settings, and those that the settings prove', () => {
    const [, said = ''] = /In the set-up without settings (\w+) promises are unproven/.exec(readme) ?? []
    const unproven = (audit: SignedAudit | undefined): readonly string[] =>
      (audit?.findings ?? []).filter(({ result }) => result === 'unproven').map(({ check }) => check)
    const mended = unproven(bare).filter((check) => !unproven(demo).includes(check))
    expect(mended, unproven(bare).join('; ')).toHaveLength(numbers[said] ?? Number.NaN)
  })
})
