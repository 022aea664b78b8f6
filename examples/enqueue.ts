/**
 * An application hands Lethe one mail. Start Lethe first (`npm run lethe -- up`), then run this beside it:
 *
 *     node examples/enqueue.ts person@example.org
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const api = `http://${process.env.LETHE_API ?? '127.0.0.1:8081'}`
const key = process.env.LETHE_API_KEY ?? readFileSync(`${process.env.LETHE_DATA ?? './data'}/api-key`, 'utf8').trim()
const [email = 'person@example.org'] = process.argv.slice(2)

const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(api + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  // What each route answers is described at GET /openapi.json.
  const answer = (await response.json()) as { readonly id: string; readonly status: string }
  return { status: response.status, answer }
}

const message = {
  to: { email, name: 'Ada' },
  subject: 'Your place is booked, {{name}}',
  html: '<p>Hello {{name}},</p><p>see you on {{day}}. <a href="https://harbour.example/visit">How to get here</a></p>',
  data: { day: 'Saturday' },
  purpose: 'deliver',
}

// The key makes a repeated call safe: the second one answers what the first one did, and sends nothing.
const accepted = await call('POST', '/v1/messages', message, { 'idempotency-key': `booking-4711-${Date.now()}` })
console.log(accepted.status, accepted.answer)

for (let tries = 0; tries < 40; tries++) {
  const { answer } = await call('GET', `/v1/messages/${accepted.answer.id}`)
  if (answer.status !== 'queued' && answer.status !== 'sending') {
    console.log(answer)
    break
  }
  await sleep(250)
}
