import net from 'node:net'

/** Sends exactly these bytes to `host:port` and returns what comes back until the other side closes or falls silent. */
export function raw(at: string, bytes: string, silence = 1500): Promise<string> {
  const [host, port] = at.split(':')
  return new Promise((resolve) => {
    const socket = net.connect(Number(port), host)
    let answer = ''
    const end = () => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(silence, end)
    socket.on('data', (data) => (answer += data.toString('latin1')))
    socket.on('close', end)
    socket.on('error', end)
    socket.write(bytes, 'latin1')
  })
}

/** The status lines in an answer: one a request that was understood. */
export const statuses = (answer: string): readonly number[] =>
  [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
