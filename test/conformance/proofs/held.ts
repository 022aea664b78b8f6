import { readStore, type Whereabouts } from '../../journeys/raw-store.ts'
import { equal, must } from '../row.ts'
import { send, trackingConsent } from '../stage/letters.ts'
import { until } from '../stage/patience.ts'
import type { Stage } from '../stage/stage.ts'
import { unsealed } from '../stage/unseal.ts'
import { logAside, searched, searchedTables } from './search.ts'

const inputs = {
  recipient: 'held.wpz@canary-example.org',
  name: 'Heldname Wpzkq',
  subject: 'Heldsubject 81wpz',
  links: 'held-target.example/wpz',
  body: 'heldbody-5a71',
  merge: 'heldmerge-2b9f',
  replyTo: 'held.answers.wpz@canary-example.org',
  from: 'held.sender.wpz@canary-example.org',
  attachment: 'heldattachment-6c0d.txt',
  idempotencyKey: 'heldkey-f00d-wpz',
}
type Input = keyof typeof inputs

/** Everything that is held of a sent mail, opened with the operator's key: the granted inputs, and no other. */
export async function exactlyHeld(stage: Stage, granted: readonly Input[]): Promise<string> {
  const env = await stage.swift()
  const lethe = await stage.start(env)
  const to = { email: inputs.recipient, name: inputs.name }
  const answer = await lethe.call(
    'POST',
    '/v1/messages',
    {
      ...{ to, subject: inputs.subject, replyTo: inputs.replyTo, from: `S <${inputs.from}>`, purpose: 'deliver' },
      html: `<html><body>${inputs.body} {{name}} {{extra}} <a href="https://${inputs.links}">go</a></body></html>`,
      ...{ data: { extra: inputs.merge }, consent: trackingConsent() },
      attachments: [{ filename: inputs.attachment, contentType: 'text/plain', content: 'YQ==' }],
    },
    { 'idempotency-key': inputs.idempotencyKey },
  )
  equal(answer.status, 202, `a mail with every field (${answer.text.slice(0, 120)})`)
  await (await stage.sink()).mailTo(inputs.recipient)
  const { id } = answer.json as { id: string } // the API's shape
  await until(async () => (await lethe.call('GET', `/v1/messages/${id}`)).json.status === 'sent')
  const shown = (await lethe.call('GET', `/v1/messages/${id}`)).text
  for (const [input, value] of Object.entries(inputs)) must(!shown.includes(value), `GET /v1/messages shows ${input}`)
  await lethe.stop()
  const { values, unread } = await unsealed(env, env.LETHE_EPOCHS ?? '', Buffer.alloc(32, 7))
  const texts = values.map(({ text }) => text)
  const held = (Object.keys(inputs) as Input[]).filter((input) => texts.some((text) => text.includes(inputs[input])))
  equal(held.sort(), [...granted].sort(), 'inputs that are held, unsealed')
  const clear = values.filter(
    ({ sealed, text }) => !sealed && Object.values(inputs).some((value) => text.includes(value)),
  )
  equal(
    clear.map(({ place }) => place),
    [],
    'inputs held in clear',
  )
  const opened = values.filter(({ sealed }) => sealed).length
  return `${opened} sealed values opened with the operator's key: of ${Object.keys(inputs).length} inputs exactly ${held.join(', ')} are held (${unread} keyed hashes aside)`
}

/** The ciphertext of a body is in the files while the mail waits, and in none of them after its outcome. */
export async function contentShredded(stage: Stage): Promise<string> {
  const env = await stage.settings()
  const sink = await stage.sink()
  const lethe = await stage.start(env)
  const to = 'later.shred@people.example'
  await send(lethe, to, { html: `<html><body>${'shred me '.repeat(400)}</body></html>` })
  await until(() => sink.asked.includes(to))
  const sealedBodies = await contents(env)
  must(sealedBodies.length > 0, 'no sealed content lies in the outbox while the mail waits')
  const marks = sealedBodies.flatMap((each) => [each.subarray(0, 32), each.subarray(-32)])
  must((await searched(stage, env, marks)).length > 0, 'the ciphertext is not found in the files while the mail waits')
  await sink.mailTo(to)
  await until(async () => (await contents(env)).length === 0)
  equal(
    (await lethe.call<{ tidied: boolean }>('POST', '/v1/purge', {})).json.tidied,
    true,
    'the log of the store is tidied',
  )
  equal(await searchedTables(stage, env, marks), [], 'ciphertext of the body after the outcome')
  await lethe.stop()
  return `the body's ciphertext (${sealedBodies.length}) lies in the files while the mail waits, and in none after the outcome and the next tidying${logAside(env)}`
}

async function contents(env: Whereabouts): Promise<readonly Buffer[]> {
  const rows = await readStore(env, 'SELECT content FROM messages WHERE content IS NOT NULL')
  return rows.flatMap(({ content }) => (Buffer.isBuffer(content) ? content : []))
}
