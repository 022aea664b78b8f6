import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** What the server does at each step: a reply line, or something worse. `null` is silence. */
export interface Script {
  readonly greeting?: Act
  readonly ehlo?: Act
  readonly auth?: Act
  readonly mail?: Act
  readonly rcpt?: Act
  readonly data?: Act
  /** While the content comes in, at its first bytes. */
  readonly content?: Act
  /** After the final dot. */
  readonly end?: Act
}

export type Act = string | null | ((socket: Socket, turn: number) => void)

export interface ScriptedServer {
  readonly url: string
  readonly port: number
  /** Contents that arrived up to their final dot, dot-stuffing still in. */
  readonly contents: readonly string[]
  readonly commands: readonly string[]
  readonly connections: number
  close(): Promise<void>
}

const defaults: Required<Omit<Script, 'content'>> = {
  greeting: '220 scripted ESMTP',
  ehlo: '250-scripted\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-AUTH PLAIN\r\n250 PIPELINING',
  auth: '235 2.7.0 ok',
  mail: '250 2.1.0 ok',
  rcpt: '250 2.1.5 ok',
  data: '354 go on',
  end: '250 2.0.0 taken',
}

/** An SMTP server over TCP that answers exactly what its script says, faults included. */
export async function openScripted(script: Script = {}): Promise<ScriptedServer> {
  const plan: Script = { ...defaults, ...script }
  const contents: string[] = []
  const commands: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let turn = 0

  const act = (socket: Socket, what: Act | undefined): void => {
    turn += 1
    if (typeof what === 'function') what(socket, turn)
    else if (what) socket.write(`${what}\r\n`)
  }

  const step = (socket: Socket, line: string): boolean => {
    commands.push(line)
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'EHLO') act(socket, plan.ehlo)
    else if (verb === 'AUTH') act(socket, plan.auth)
    else if (verb === 'MAIL') act(socket, plan.mail)
    else if (verb === 'STAR') socket.write('502 5.5.1 not here\r\n')
    else if (verb === 'RCPT') act(socket, plan.rcpt)
    else if (verb === 'DATA') {
      act(socket, plan.data)
      return plan.data === defaults.data && plan.mail === defaults.mail && plan.rcpt === defaults.rcpt
    } else socket.write(verb === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
    return false
  }

  const server = createServer((socket) => {
    connections += 1
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    let pending = ''
    let inContent = false
    let begun = false
    act(socket, plan.greeting)
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      for (;;) {
        if (inContent) {
          if (plan.content !== undefined && !begun) {
            begun = true
            act(socket, plan.content)
          }
          const dot = pending.startsWith('.\r\n') ? 0 : pending.indexOf('\r\n.\r\n') + 2
          if (dot === 1) return
          contents.push(pending.slice(0, dot))
          pending = pending.slice(dot + 3)
          inContent = false
          begun = false
          act(socket, plan.end)
        }
        const end = pending.indexOf('\r\n')
        if (end < 0) return
        const line = pending.slice(0, end)
        pending = pending.slice(end + 2)
        inContent = step(socket, line)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // TCP
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    contents,
    commands,
    get connections() {
      return connections
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
