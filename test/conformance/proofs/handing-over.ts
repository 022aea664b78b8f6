import { z } from 'zod'
import type { Answer, Lethe } from '../../journeys/lethe.ts'
import { equal, must } from '../row.ts'
import { decide, received, send } from '../stage/letters.ts'
import { until } from '../stage/patience.ts'
import type { Stage } from '../stage/stage.ts'
import { ask } from './rights.ts'

const document = async (lethe: Lethe, email: string): Promise<unknown> => (await ask(lethe, 'export', email)).data

const take = (lethe: Lethe, email: string, data: unknown): Promise<Answer<{ code?: string; outcome?: string }>> =>
  lethe.call('POST', '/v1/subjects/import', { email, data })

/** A person with a mail that was sent and a decision, and everything held of them. */
async function known(stage: Stage, lethe: Lethe, to: string): Promise<unknown> {
  await decide(lethe, to, 'deliver', 'granted')
  await send(lethe, to)
  await received(await stage.sink(), to)
  return until(async () => {
    const data = await document(lethe, to)
    return JSON.stringify(data).includes('"sent"') ? data : null
  })
}

/** A versioned document with a published schema, which an empty deployment takes and hands out again as it was. */
export async function portable(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'portable@people.example'
  const data = await known(stage, lethe, to)
  const published = await lethe.call<Parameters<typeof z.fromJSONSchema>[0]>('GET', '/v1/schemas/export.json')
  const schema = z.fromJSONSchema(published.json)
  const wrong = schema.safeParse(data).error?.issues[0]
  must(!wrong, `the export does not validate: ${wrong?.code} at ${wrong?.path.join('.')}`)
  must(!schema.safeParse({ ...(data as object), more: 1 }).success, 'the schema takes anything') // an export is one
  const { format, version } = data as { format: string; version: number } // as validated
  equal((await take(lethe, to, data)).status, 200, 'its import where it is from')
  equal(await document(lethe, to), data, 'the export after its own import')
  const empty = await stage.start(await stage.swift())
  equal((await take(empty, to, data)).json.outcome, 'imported', 'its import into an empty deployment')
  equal(await document(empty, to), data, 'the export of the deployment that took it')
  const changed = JSON.parse(JSON.stringify(data).replaceAll('"granted"', '"withdrawn"')) as unknown
  equal((await take(empty, to, changed)).json.code, 'export_tampered', 'a changed export')
  equal((await take(empty, 'somebody@people.example', data)).json.code, 'export_tampered', "another person's export")
  await empty.stop()
  return `an export (${format} ${version}) validates against its published schema, imports where it is from and into an empty deployment, and is exported from both as it was; changed, or as another person's, it is refused`
}

/** What an authority may have, for a reason that is logged, and no secret. */
export async function disclosed(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'wanted@people.example'
  await known(stage, lethe, to)
  const prints = (await ask(lethe, 'fingerprints', to)).fingerprints ?? []
  must(prints.length > 0, 'nothing of theirs lies at rest: the search would be blind')
  const { handle } = ((await document(lethe, to)) as { held: { subjects: { handle: string }[] } }).held.subjects[0]!
  const reason = 'court order 12/2026'
  const answer = await ask(lethe, 'disclose', to, { to: 'authorities', reason })
  const text = JSON.stringify(answer.data)
  must(text.includes(to) && text.includes('"sent"'), 'the disclosure does not say what was sent to whom')
  const operatorKey = Buffer.alloc(32, 7)
  const secrets = [lethe.env.LETHE_API_KEY, operatorKey.toString('base64'), operatorKey.toString('hex'), handle]
  for (const secret of [...secrets, ...prints, 'hash', 'stop']) {
    must(!text.includes(secret), 'a key, a hash or a number that stands for somebody is in the disclosure')
  }
  must(!text.includes('A letter'), 'the disclosure shows what a mail said')
  const log = async () => (await lethe.call('GET', '/v1/audit-log')).text
  must((await log()).includes(reason), 'the reason is not in the audit log')
  must(!(await log()).includes('people.example'), 'the audit log names a person')
  must(JSON.stringify(await document(lethe, to)).includes('"disclose"'), 'the person cannot see that it happened')
  const refusals = [
    [{ to: 'partners', reason }, 'disclosure_refused'],
    [{ to: 'affiliates', reason }, 'disclosure_refused'],
    [{ to: 'authorities', reason, categories: ['content'] }, 'disclosure_too_wide'],
    [{ to: 'authorities', reason: '' }, 'reason_missing'],
    [{ to: 'authorities', reason: `about ${to}` }, 'log_entry_invalid'],
  ] as const
  for (const [more, code] of refusals) {
    const refused = await lethe.call('POST', '/v1/subjects/disclose', { email: to, ...more })
    equal(refused.json.code, code, `a disclosure to ${more.to}`)
  }
  return `an authority gets address, deliveries and consents and none of ${prints.length} ciphertexts, keys and indexes; the reason is in the audit log without a name; partners and affiliates, content, and a missing or naming reason are refused`
}
