import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import { cpuMicros, openRedis, start, startLethe } from './child.ts'

export interface SendRow {
  readonly what: string
  readonly ratio: number
  readonly perSecond: number
  readonly limit: number
  /** Processor time a mail, in microseconds: of Lethe from start to settled, and of the bare pool. */
  readonly micros: number
  readonly bareMicros: number
}

interface Taken {
  readonly count: number
  readonly first: number
  readonly last: number
}

const links = Array.from(
  { length: 5 },
  (_, index) => `<p><a href="https://target.example/page/${index}?a=1">Page ${index}</a></p>`,
)
const paragraph = '<p>The boatyard has finished its winter roof, and the tide tables for the new year are ready.</p>'
const html = `<html><body><h1>Hi {{name}}</h1>${paragraph.repeat(20)}${links.join('')}</body></html>`
const connections = 10

/** The same mail as Lethe sends, as far as bytes go: what its tokens and headers add is added here as filler. */
function bareMail(index: number) {
  const token = 'x'.repeat(150)
  const tracked = html.replaceAll(/https:\/\/target\.example\/page\/\d\?a=1/g, `http://127.0.0.1:8080/c/${token}`)
  const pixel = `<img src="http://127.0.0.1:8080/o/${token.slice(40)}" width="1" height="1" alt="">`
  const body = tracked.replace('{{name}}', `R${index}`).replace('</body>', `${pixel}</body>`)
  return {
    from: 'Bench <sender@example.com>',
    to: { name: `R${index}`, address: `r${index}@bench.example` },
    subject: `Letter ${index}`,
    html: body,
    text: body.replace(/<[^>]+>/g, ' '),
    textEncoding: 'quoted-printable' as const,
  }
}

/** One RSA key, which is all that nodemailer signs with. */
function signingKey() {
  const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
  const file = join(mkdtempSync(join(tmpdir(), 'lethe-bench-')), 'key.pem')
  writeFileSync(file, privateKey)
  const dkim = { domainName: 'example.com', keySelector: 'bench', privateKey }
  return { setting: `example.com:bench:${file}`, dkim }
}

/** Processor time a mail, in microseconds. */
async function barePool(url: string, count: number, dkim?: ReturnType<typeof signingKey>['dkim']): Promise<number> {
  const before = process.cpuUsage()
  const signed = dkim ? { dkim } : {}
  const unending = { pool: true, maxConnections: connections, maxMessages: Number.POSITIVE_INFINITY } as const
  const pool = createTransport({ url, ...unending, ...signed })
  await Promise.all(Array.from({ length: count }, (_, index) => pool.sendMail(bareMail(index))))
  pool.close()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

/** A whole campaign through Lethe (accepted, tracked, sealed, sent, settled) against a bare nodemailer pool to the same sink. */
export async function benchSends(count: number, withRedis: boolean): Promise<readonly SendRow[]> {
  const sink = start('sink.ts')
  const url = `smtp://127.0.0.1:${await sink.line()}`
  const taken = async (): Promise<Taken> => {
    sink.tell('\n')
    return JSON.parse(await sink.line()) as Taken // bench/sink.ts prints exactly this
  }
  const rate = ({ count: mails, first, last }: Taken) => (mails / Math.max(1, last - first)) * 1000

  const rows: SendRow[] = []
  const queues = [{ name: 'embedded', open: async () => ({ url: '', close: () => true }) }]
  if (withRedis) queues.unshift({ name: 'Redis', open: () => openRedis('everysec') })
  const key = signingKey()
  const shapes = queues.flatMap((each) => [
    { ...each, dkim: undefined, setting: '' },
    { ...each, name: `${each.name}, DKIM in both`, dkim: key.dkim, setting: key.setting },
  ])
  for (const { name, open, dkim, setting } of shapes) {
    const queue = await open()
    await barePool(url, 200, dkim)
    await taken()
    const limits: number[] = []
    const bareMicros = [await barePool(url, count, dkim)]
    limits.push(rate(await taken()))
    const lethe = await startLethe({
      ...(queue.url ? { LETHE_QUEUE: queue.url } : {}),
      ...(setting ? { LETHE_DKIM: setting } : {}),
      LETHE_SMTP: url,
    })
    // The first campaign warms the process up; the second is measured.
    let [perSecond, micros] = [0, 0]
    for (const size of [200, count]) {
      const { id } = await lethe.call<{ id: string }>('POST', '/v1/campaigns', {
        name: 'b',
        subject: 'Letter {{name}}',
        html,
        purpose: 'deliver',
      })
      const consent = '2026-01-01T00:00:00Z,form,yes'
      const lines = Array.from({ length: size }, (_, index) => `r${size}.${index}@bench.example,R${index},${consent}`)
      const csv = ['email,name,consent_at,consent_source,consent_wording', ...lines].join('\n')
      await lethe.call('POST', `/v1/campaigns/${id}/recipients`, csv, 'text/csv')
      const before = cpuMicros(lethe.pid ?? 0)
      await lethe.call('POST', `/v1/campaigns/${id}/start`)
      for (;;) {
        const { counts } = await lethe.call<{ counts: { sent: number } }>('GET', `/v1/campaigns/${id}`)
        if (counts.sent === size) break
        await sleep(200)
      }
      micros = (cpuMicros(lethe.pid ?? 0) - before) / size
      perSecond = rate(await taken())
    }
    await lethe.stop()
    queue.close()
    bareMicros.push(await barePool(url, count, dkim))
    limits.push(rate(await taken()))
    const mean = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0) / all.length
    const limit = mean(limits)
    const figures = { ratio: perSecond / limit, perSecond, limit, micros, bareMicros: mean(bareMicros) }
    rows.push({ what: `campaign, 5 tracked links, ${name}`, ...figures })
  }
  await sink.stop()
  return rows
}
