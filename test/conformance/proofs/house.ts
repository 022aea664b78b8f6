import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeStore } from '../../journeys/raw-store.ts'
import { equal, must } from '../row.ts'
import { send } from '../stage/letters.ts'
import { until } from '../stage/patience.ts'
import type { Stage } from '../stage/stage.ts'

interface Report {
  readonly findings: readonly { readonly check: string; readonly result: string; readonly detail: string }[]
}

/** Live columns against what may be there: equal; and a column that somebody adds is found. */
export async function schemaAgrees(stage: Stage): Promise<string> {
  const env = await stage.swift()
  const lethe = await stage.start(env)
  await send(lethe, 'schema@people.example')
  await (await stage.sink()).mailTo('schema@people.example')
  const columns = ({ findings }: Report) => findings.find(({ check }) => check === 'store.columns')
  equal(columns((await lethe.call<Report>('GET', '/v1/audit')).json)?.result, 'proved', 'the live columns')
  await lethe.stop()
  await writeStore(env, 'ALTER TABLE events ADD COLUMN address TEXT')
  const { out, code } = await stage.run(['audit', '--json'], env)
  const found = columns(JSON.parse(out.slice(out.indexOf('{"at"'))) as Report)
  equal([found?.result, code], ['violated', 1], 'the audit of a store with one more column')
  return `every live column is one that the policy's vocabulary knows; a planted events.address is found (${found?.detail})`
}

/** Lines of the log that are older than the policy allows are gone soon after the start; younger ones stay. */
export async function logAges(stage: Stage): Promise<string> {
  const env = await stage.swift()
  // On a queue that no Lethe was on before: there the hourly task runs at once, and not up to an hour later.
  rmSync(join(env.LETHE_DATA, 'queue'), { recursive: true, force: true })
  const path = join(env.LETHE_DATA, 'lethe.log')
  const line = (daysAgo: number) =>
    `${JSON.stringify({ at: new Date(Date.now() - daysAgo * 86_400_000).toISOString(), level: 'info', event: `planted-${daysAgo}` })}\n`
  writeFileSync(path, line(400) + line(60))
  appendFileSync(path, line(1))
  const lethe = await stage.start(env)
  const gone = await until(() => !/planted-(?:400|60)\b/.test(readFileSync(path, 'utf8')))
  must(gone, 'lines of 60 and 400 days ago are still in the log')
  must(readFileSync(path, 'utf8').includes('planted-1"'), 'a line of yesterday is gone from the log as well')
  await lethe.stop()
  const { out } = await stage.run(['policy', 'explain', stage.policy])
  const period = /deleted after ([\w ]+)\./.exec(
    out.slice(out.indexOf("The server's own log")).replace(/\s+/g, ' '),
  )?.[1]
  must(period, 'policy explain does not say how long the log is kept')
  return `lines of 60 and 400 days ago are gone after the start, one of yesterday stays (${period})`
}

/** The built-in mailbox is behind the key. */
export async function mailboxPrivate(stage: Stage): Promise<string> {
  const lethe = await stage.start(await stage.swift({ LETHE_SMTP: 'capture:' }))
  await send(lethe, 'inbox@people.example')
  const ask = (headers: Record<string, string>) =>
    lethe.call<{ count?: number }>('GET', '/v1/mailbox', undefined, headers)
  await until(async () => ((await ask({})).json.count ?? 0) > 0)
  equal((await ask({})).json.count, 1, 'mails in the mailbox, with the key')
  for (const authorization of ['', 'Bearer wrong-key-0123456789abcdef0123456789']) {
    const answer = await ask({ authorization })
    equal(answer.status, 401, 'the mailbox without the key')
    must(!answer.text.includes('people.example'), 'a refusal shows an address')
  }
  const outside = await lethe.hit('/v1/mailbox', {
    accept: 'text/html',
    authorization: `Bearer ${lethe.env.LETHE_API_KEY}`,
  })
  equal(outside.status, 404, 'the mailbox on the public side, with the key')
  await lethe.stop()
  return 'GET /v1/mailbox: 401 without the key and with a wrong one, 404 on the public side; the key shows the mail'
}
