/** What a campaign costs by its size: processor time a recipient, memory of Lethe, memory of Redis. */
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { apiKey, haveRedis, openRedis, start, startLethe } from './child.ts'

export interface SizeRow {
  readonly recipients: number
  /** Processor microseconds of Lethe for each recipient from the CSV to the outbox, and how that compares to the smallest size. */
  readonly micros: number
  readonly ratio: number
  /** Recipients accepted a second, on the wall. */
  readonly perSecond: number
  /** Megabytes resident: before, after each tenth of the file, at most while accepting, at most while sending. */
  readonly idle: number
  readonly tenths: readonly number[]
  readonly accepting: number
  readonly sending: number
  readonly redis: number
  /** Mails that the sink took while the campaign was looked at. */
  readonly sent: number
  /** Milliseconds from the cancellation to its answer, and mails that still arrived a second after it. */
  readonly cancelled: number
  readonly late: number
}

const sendingMillis = 20_000
const batch = 500

const megabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

/** User and system time in microseconds; the kernel counts in hundredths of a second (proc(5)). */
function processorMicros(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

function csv(count: number, mark: string, told: (done: number) => void): ReadableStream<Uint8Array> {
  let next = 0
  return new ReadableStream({
    pull: (controller) => {
      const lines = next === 0 ? ['email,name,course'] : []
      for (const end = Math.min(count, next + batch); next < end; next++) {
        lines.push(`r${next}.${mark}@bench.example,Reader ${next},Course ${next % 97}`)
      }
      controller.enqueue(Buffer.from(`${lines.join('\n')}\n`))
      told(next)
      if (next >= count) controller.close()
    },
  })
}

/** `used_memory` of a Redis, in megabytes. */
function redisMegabytes(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('INFO memory\r\n'))
    let text = ''
    socket.on('error', reject)
    socket.on('data', (data) => {
      text += data
      const found = /used_memory:(\d+)/.exec(text)
      if (!found) return
      socket.destroy()
      resolve(Number(found[1]) / 1_048_576)
    })
  })
}

export async function benchSizes(sizes: readonly number[]): Promise<readonly SizeRow[]> {
  const rows: SizeRow[] = []
  for (const recipients of sizes) rows.push(await measure(recipients, rows[0]?.micros))
  return rows
}

async function measure(recipients: number, smallest: number | undefined): Promise<SizeRow> {
  const sink = start('sink.ts')
  const smtp = `smtp://127.0.0.1:${await sink.line()}`
  const taken = async (): Promise<number> => {
    sink.tell('\n')
    return (JSON.parse(await sink.line()) as { count: number }).count // bench/sink.ts prints exactly this
  }
  const redis = haveRedis ? await openRedis('everysec') : null
  const lethe = await startLethe({ ...(redis ? { LETHE_QUEUE: redis.url } : {}), LETHE_SMTP: smtp })
  const pid = lethe.pid ?? 0
  let peak = 0
  let redisPeak = 0
  const sampler = setInterval(() => {
    peak = Math.max(peak, megabytes(pid))
    if (redis)
      void redisMegabytes(redis.url).then(
        (now) => (redisPeak = Math.max(redisPeak, now)),
        () => {},
      )
  }, 200)

  const draft = async (): Promise<string> => {
    const content = {
      subject: 'Letter {{name}}',
      html: '<p>Hello {{name}}, {{course}} begins.</p>',
      purpose: 'deliver',
    }
    return (await lethe.call<{ id: string }>('POST', '/v1/campaigns', { name: 'size', ...content })).id
  }
  const upload = async (id: string, count: number, told: (done: number) => void = () => {}): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${lethe.api}/v1/campaigns/${id}/recipients`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'text/csv' },
      body: csv(count, id.toLowerCase().replace(/[^a-z0-9]/g, ''), told),
      // Node's fetch wants `duplex` for a streamed body; the DOM's types do not know it.
      ...({ duplex: 'half' } as object),
    })
    const { accepted } = (await answer.json()) as { accepted: number } // the API's own schema
    if (accepted !== count) throw new Error(`${accepted} of ${count} recipients were accepted (${answer.status})`)
  }
  // The first upload warms the process up; the second is measured.
  await upload(await draft(), 3_000)
  const idle = megabytes(pid)
  peak = 0
  const tenths: number[] = []
  const id = await draft()
  const before = processorMicros(pid)
  const began = Date.now()
  await upload(id, recipients, (done) => {
    if (tenths.length < 9 && done >= (recipients * (tenths.length + 1)) / 10) tenths.push(megabytes(pid))
  })
  tenths.push(megabytes(pid))
  const seconds = (Date.now() - began) / 1000
  const micros = (processorMicros(pid) - before) / recipients
  const accepting = Math.max(peak, megabytes(pid))
  peak = 0
  await taken()
  await lethe.call('POST', `/v1/campaigns/${id}/start`)
  let sent = 0
  for (const end = Date.now() + sendingMillis; Date.now() < end && sent < recipients; await sleep(500)) {
    sent += await taken()
    await lethe.call('GET', `/v1/campaigns/${id}`)
  }
  await lethe.call('POST', `/v1/campaigns/${id}/pause`)
  const sending = peak
  // What was in flight when the pause was answered arrives within a moment; after that nothing may.
  await sleep(1000)
  sent += await taken()
  await sleep(3000)
  const late = await taken()
  const asked = Date.now()
  await lethe.call('POST', `/v1/campaigns/${id}/cancel`)
  const cancelled = Date.now() - asked
  clearInterval(sampler)
  await lethe.stop()
  await sink.stop()
  redis?.close()
  return {
    ...{ recipients, micros, ratio: micros / (smallest ?? micros), perSecond: recipients / seconds },
    ...{ idle, tenths, accepting, sending, redis: redisPeak, sent, cancelled, late },
  }
}
