import { createServer, type Socket } from 'node:net'

/** A generator of its own for each run, so that a failure can be repeated (Park and Miller, 1988). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** What can go wrong at a step: an answer, or what a server does instead of one. */
type Fault = string | ((socket: Socket) => void)

const cut: Fault = (socket) => socket.destroy()
const faults: Readonly<Record<string, readonly Fault[]>> = {
  CONN: [cut, '421 4.3.2 busy', '554 5.3.2 go away', 'banana', '220-x\r\n'.repeat(2_000)],
  EHLO: [cut, '421 4.3.2 busy', 'banana'],
  MAIL: [cut, '421 4.7.0 slow', '451 4.3.0 later'],
  RCPT: [cut, '421 4.7.0 slow', '450 4.7.1 greylisted', '451 4.3.0 later', '452 4.2.2 full', 'banana'],
  DATA: [cut, '421 4.7.0 slow', '451 4.3.0 later'],
  DOT: [cut, '421 4.3.2 closing', '451 4.3.0 later', '452 4.3.1 no room', 'banana', '25'],
}

/**
 * A mail server that does at random whatever servers have been seen to do, at every step, until it is told to behave. It
 * remembers what it took (250 sent), and what it had in full when it fell silent: only there nobody can know.
 */
export async function openHostile(random: () => number, rate: number) {
  const taken: string[] = []
  const silent: string[] = []
  const seen = new Set<string>()
  let behaves = false
  let open = 0
  let most = 0

  const server = createServer((socket) => {
    most = Math.max(most, ++open)
    socket.on('close', () => void open--).on('error', () => {})
    let to = ''
    let content = false
    let rest = ''
    const say = (step: string, fine: string): boolean => {
      const kinds = faults[step]!
      if (behaves || random() >= rate) {
        // One octet at a time is slow, and right.
        if (random() < 0.1) for (const octet of `${fine}\r\n`) socket.write(octet)
        else socket.write(`${fine}\r\n`)
        return true
      }
      const fault = kinds[Math.floor(random() * kinds.length)]!
      seen.add(`${step} ${typeof fault === 'string' ? fault.slice(0, 20) : 'cut'}`)
      if (typeof fault === 'string') socket.write(`${fault}\r\n`)
      else fault(socket)
      return false
    }
    say('CONN', '220 hostile ESMTP')
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1')
      for (;;) {
        if (content) {
          const end = rest.indexOf('\r\n.\r\n')
          if (end < 0) return
          content = false
          rest = rest.slice(end + 5)
          if (say('DOT', '250 2.0.0 taken')) taken.push(to)
          else silent.push(to)
          continue
        }
        const end = rest.indexOf('\r\n')
        if (end < 0) return
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        const verb = line.slice(0, 4).toUpperCase()
        if (verb === 'EHLO' || verb === 'HELO') say('EHLO', '250 hostile')
        else if (verb === 'MAIL') say('MAIL', '250 2.1.0 ok')
        else if (verb === 'RCPT') {
          to = /<([^>]*)>/.exec(line)?.[1] ?? ''
          say('RCPT', '250 2.1.5 ok')
        } else if (verb === 'DATA') content = say('DATA', '354 go on')
        else socket.write(verb === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    taken,
    silent,
    seen,
    get mostConnections() {
      return most
    },
    behave: () => {
      behaves = true
    },
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  }
}
