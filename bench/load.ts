/**
 * A client that asks as fast as it is answered: `connections` sockets with keep-alive, one request in flight on each.
 * Its own process, so that it takes none of the server's time but a core.
 *
 *     node bench/load.ts <port> <connections> <seconds> [forwarded] < paths, one a line
 *
 * Readers as they are: a few dozen programs, most of them common, and each connection from a loopback address of its own.
 * `forwarded` adds what a proxy in front would: X-Forwarded-For with addresses of all the world, no two after one another.
 *
 * Prints one JSON line: {"answers":n,"seconds":s,"perSecond":r,"wrong":w,"p50":ms,"p99":ms}
 */
import net from 'node:net'
import { agents, languages } from './readers.ts'

const [port, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number]
const forwarded = process.argv[5] === 'forwarded'
const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(chunk as Buffer) // stdin without an encoding gives buffers
const paths = Buffer.concat(chunks).toString().split('\n').filter(Boolean)

/** Spread over the numbers below `count` without any order, and the same in every run. */
const scattered = (index: number, count: number): number => (Math.imul(index + 1, 2_654_435_761) >>> 0) % count
const addressOf = (index: number): string =>
  [1 + scattered(index, 223), scattered(index * 3, 256), scattered(index * 7, 256), index & 255].join('.')

const requests = paths.map((path, index) => {
  // Squared: the first are common, the last are rare.
  const agent = agents[Math.floor((scattered(index, 1000) / 1000) ** 2 * agents.length)]!
  const via = forwarded ? `X-Forwarded-For: ${addressOf(index)}\r\n` : ''
  const language = languages[index % languages.length]!
  return Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: bench\r\nUser-Agent: ${agent}\r\nAccept-Language: ${language}\r\n${via}\r\n`,
  )
})

const started = process.hrtime.bigint()
const end = started + BigInt(seconds * 1e9)
let [answers, wrong, next, open] = [0, 0, 0, connections]
const waits: number[] = []

for (let index = 0; index < connections; index++) {
  const socket = net.connect({
    port,
    host: '127.0.0.1',
    localAddress: `127.0.${1 + (index >> 7)}.${1 + (index & 127)}`,
  })
  socket.setNoDelay(true)
  let asked = process.hrtime.bigint()
  const ask = () => {
    asked = process.hrtime.bigint()
    socket.write(requests[next++ % requests.length]!)
  }
  let pending = 0
  socket.on('connect', ask)
  socket.on('data', (data) => {
    // The head comes whole on loopback; what follows it is counted by its length.
    if (pending === 0) {
      const text = data.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      if (!/^HTTP\/1\.1 (200|302)/.test(text)) wrong++
      pending = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0) - (data.length - head - 4)
    } else {
      pending -= data.length
    }
    if (pending > 0) return
    pending = 0
    answers++
    const now = process.hrtime.bigint()
    if (answers % 16 === 0) waits.push(Number(now - asked) / 1e6)
    if (now < end) return ask()
    socket.destroy()
    if (--open > 0) return
    const took = Number(now - started) / 1e9
    waits.sort((a, b) => a - b)
    const at = (share: number) => waits[Math.floor(waits.length * share)] ?? 0
    console.log(
      JSON.stringify({ answers, seconds: took, perSecond: answers / took, wrong, p50: at(0.5), p99: at(0.99) }),
    )
  })
  socket.on('error', () => process.exit(1))
}
