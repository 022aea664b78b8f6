import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuMicros, openRedis, start, startLethe } from './child.ts'
import { letterHtml } from './letter.ts'

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

/** One RSA key, which is all that nodemailer signs with. */
function signingKey() {
  const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
  const file = join(mkdtempSync(join(tmpdir(), 'lethe-bench-')), 'key.pem')
  writeFileSync(file, privateKey)
  return { setting: `example.com:bench:${file}`, file }
}

// Either process has sent this many mails before it is measured.
const warmUp = 200

/** A whole campaign through Lethe (accepted, tracked, sealed, sent, settled) against a bare nodemailer pool to the same sink. */
export async function benchSends(count: number, withRedis: boolean): Promise<readonly SendRow[]> {
  const sink = start('sink.ts')
  const url = `smtp://127.0.0.1:${await sink.line()}`
  const taken = async (): Promise<Taken> => {
    sink.tell('\n')
    return JSON.parse(await sink.line()) as Taken // bench/sink.ts prints exactly this
  }
  const rate = ({ count: mails, first, last }: Taken) => (mails / Math.max(1, last - first)) * 1000

  /** A pool in a process of its own, warmed up by as many mails as Lethe. */
  const barePool = async (keyFile: string) => {
    const pool = start('bare-pool.ts', [url, keyFile])
    let micros = 0
    for (const size of [warmUp, count]) {
      await taken()
      pool.tell(`${size}\n`)
      micros = Number(await pool.line())
    }
    await pool.stop()
    return { micros, perSecond: rate(await taken()) }
  }

  const rows: SendRow[] = []
  const queues = [{ name: 'embedded', open: async () => ({ url: '', close: () => true }) }]
  if (withRedis) queues.unshift({ name: 'Redis', open: () => openRedis('everysec') })
  const key = signingKey()
  const shapes = queues.flatMap((each) => [
    { ...each, keyFile: '', setting: '' },
    { ...each, name: `${each.name}, DKIM in both`, keyFile: key.file, setting: key.setting },
  ])
  for (const { name, open, keyFile, setting } of shapes) {
    const queue = await open()
    const before = await barePool(keyFile)
    const lethe = await startLethe({
      ...(queue.url ? { LETHE_QUEUE: queue.url } : {}),
      ...(setting ? { LETHE_DKIM: setting } : {}),
      LETHE_SMTP: url,
    })
    let [perSecond, micros] = [0, 0]
    for (const size of [warmUp, count]) {
      const { id } = await lethe.call<{ id: string }>('POST', '/v1/campaigns', {
        name: 'b',
        subject: 'Letter {{name}}',
        html: letterHtml,
        purpose: 'deliver',
      })
      const consent = '2026-01-01T00:00:00Z,form,yes'
      const lines = Array.from({ length: size }, (_, index) => `r${size}.${index}@bench.example,R${index},${consent}`)
      const csv = ['email,name,consent_at,consent_source,consent_wording', ...lines].join('\n')
      await lethe.call('POST', `/v1/campaigns/${id}/recipients`, csv, 'text/csv')
      const spent = cpuMicros(lethe.pid ?? 0)
      await lethe.call('POST', `/v1/campaigns/${id}/start`)
      for (;;) {
        const { counts } = await lethe.call<{ counts: { sent: number } }>('GET', `/v1/campaigns/${id}`)
        if (counts.sent === size) break
        await sleep(200)
      }
      micros = (cpuMicros(lethe.pid ?? 0) - spent) / size
      perSecond = rate(await taken())
    }
    await lethe.stop()
    queue.close()
    const after = await barePool(keyFile)
    const limit = (before.perSecond + after.perSecond) / 2
    const bareMicros = (before.micros + after.micros) / 2
    const figures = { ratio: perSecond / limit, perSecond, limit, micros, bareMicros }
    rows.push({ what: `campaign, 5 tracked links, ${name}`, ...figures })
  }
  await sink.stop()
  return rows
}
