import { stringify } from 'yaml'
import { equal, must } from '../row.ts'
import type { Document, Stage } from '../stage/stage.ts'
import { deployment } from './start.ts'

interface Written {
  readonly id: string
  readonly attested_by?: string
}

interface Report {
  readonly result: string
  readonly findings: readonly { readonly check: string; readonly result: string; readonly detail: string }[]
}

/** The statement is attested by a clause of the policy: by whom, until when. */
function attestationOf(document: Document, id: string): readonly [key: string, measure: string] {
  const statements = (document.statements ?? []) as readonly Written[] // as policy check accepts it
  const key = statements.find((each) => each.id === id)?.attested_by
  must(key, `${id} names no attestation`)
  const attestations = (document.attestations ?? {}) as Record<string, { measure?: string }>
  const measure = attestations[key]?.measure
  must(measure, `there is no attestation ${key}`)
  return [key, measure]
}

/** Who attests, until when; and an audit under the same policy with that day past must find it. */
export async function attestedUntil(stage: Stage, id: string): Promise<string> {
  const [key, measure] = attestationOf(stage.document(), id)
  const { out } = await stage.run(['policy', 'explain', stage.policy])
  must(out.replace(/\s+/g, ' ').includes(measure), `policy explain does not tell of ${key}`)
  const { valid, expired } = await stage.once('attestations', () => audits(stage))
  const vouched = (report: Report) => report.findings.find(({ check }) => check.includes('vouched for'))
  equal(vouched(valid)?.result, 'attested', `the audit before the day of ${key}`)
  const late = expired.findings.find(({ result, detail }) => result === 'violated' && detail.includes(key))
  must(late, `audit does not find that ${key} has expired`)
  equal(expired.result, 'violated', 'the audit with an expired attestation')
  return `${key}: attested in the audit until its day, violated after it (${late.detail})`
}

/** The same deployment twice: every attestation good, and every one past its day. */
async function audits(stage: Stage): Promise<{ readonly valid: Report; readonly expired: Report }> {
  const document = stringify(await deployment(stage, []))
  const until = (day: string): string => stage.file(document.replaceAll('2099-12-31', day))
  const env = await stage.swift({ LETHE_POLICY: until('2099-12-31') })
  // An audit looks at a store that is there, and makes none.
  equal(await (await stage.start(env)).stop(), 0, 'the drain')
  const audit = async (policy: string): Promise<Report> => {
    const { out, err } = await stage.run(['audit', '--json'], { ...env, LETHE_POLICY: policy })
    must(out.includes('"findings"'), `audit said nothing that can be read: ${(out + err).slice(0, 160)}`)
    return JSON.parse(out.slice(out.indexOf('{"at"'))) as Report
  }
  return { valid: await audit(until('2099-12-31')), expired: await audit(until('2026-01-31')) }
}
