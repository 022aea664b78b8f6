import { cpSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { folder } from '../../journeys/lethe.ts'
import { literal, onPostgres, type Whereabouts, writeStore } from '../../journeys/raw-store.ts'
import { equal, must } from '../row.ts'
import { received, send } from '../stage/letters.ts'
import type { Stage } from '../stage/stage.ts'
import { ask } from './rights.ts'

interface Report {
  readonly findings: readonly { readonly check: string; readonly result: string; readonly detail: string }[]
}

interface Copy {
  readonly LETHE_DATA: string
  readonly LETHE_EPOCHS: string
  readonly LETHE_STORE?: string
}

/** Each tampering with the store, and the check of `audit` that must find it. */
const tamperings: readonly (readonly [what: string, sql: (env: Whereabouts) => string, check: RegExp])[] = [
  ['a changed entry', () => `UPDATE audit_log SET actor = 'nobody' WHERE sequence = 2`, /audit log/],
  ['a dropped entry', () => 'DELETE FROM audit_log WHERE sequence = 2', /audit log/],
  [
    'reordered entries',
    () =>
      'UPDATE audit_log SET sequence = -1 WHERE sequence = 2; UPDATE audit_log SET sequence = 2 WHERE sequence = 3; UPDATE audit_log SET sequence = 3 WHERE sequence = -1',
    /audit log/,
  ],
  ['a cut-off tail', () => 'DELETE FROM audit_log WHERE sequence > 2', /audit log|receipt/],
  [
    'a flipped sealed byte',
    (env) =>
      // SQLite makes a text of bytes that it puts behind each other.
      `UPDATE messages SET recipient = CAST(substr(recipient, 1, 30) || ${literal(env, Buffer.alloc(1))} || substr(recipient, 32)
         AS ${onPostgres(env) ? 'bytea' : 'blob'}) WHERE recipient IS NOT NULL`,
    /seals/,
  ],
]

/** The audit log is a chain: whatever is done to it, or to a sealed value, is found; it names nobody. */
export async function tamperingFound(stage: Stage): Promise<string> {
  const env = await stage.swift()
  const lethe = await stage.start(env)
  const to = 'chained@people.example'
  await send(lethe, to)
  await received(await stage.sink(), to)
  for (let time = 0; time < 4; time++) await ask(lethe, 'export', to)
  const { text } = await lethe.call('GET', '/v1/audit-log')
  must(!text.includes('people.example'), 'the audit log names a person')
  equal(await lethe.stop(), 0, 'the drain')
  const findings = async (copied: Copy) => {
    const { out } = await stage.run(['audit', '--json'], { ...env, ...copied })
    return (JSON.parse(out.slice(out.indexOf('{"at"'))) as Report).findings // the command's own shape
  }
  // With what lies apart from the data: an audit notes what it found, and must not note it for the next one.
  const copy = async (): Promise<Copy> => {
    const [data, apart] = [folder(), folder()]
    cpSync(env.LETHE_DATA, data, { recursive: true })
    cpSync(dirname(env.LETHE_EPOCHS ?? ''), apart, { recursive: true })
    return { LETHE_DATA: data, LETHE_EPOCHS: join(apart, 'epochs'), ...(await stage.copyStore(env)) }
  }
  const sound = await findings(await copy())
  for (const [, , check] of tamperings) {
    const mine = sound.find((each) => check.test(each.check))
    equal(mine?.result, 'proved', `${check.source} before anything was touched`)
  }
  for (const [what, sql, check] of tamperings) {
    const copied = await copy()
    await writeStore(copied, sql(copied))
    const found = (await findings(copied)).filter((each) => check.test(each.check) && each.result === 'violated')
    must(found.length > 0, `${what} is not found`)
  }
  return `found by audit, each on a copy of its own: ${tamperings.map(([what]) => what).join(', ')}`
}
