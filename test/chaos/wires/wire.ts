import net from 'node:net'

/** How a wire treats what comes along it. */
export type Mood =
  | { readonly kind: 'through' }
  /** Every connection is reset, and each new one as well. */
  | { readonly kind: 'cut' }
  /** Connections stay open and say nothing, as after a cable is pulled: neither side hears of it. */
  | { readonly kind: 'mute' }
  /** Every piece arrives so many milliseconds later, both ways. */
  | { readonly kind: 'slow'; readonly millis: number }

export interface Wire {
  readonly port: number
  turn(mood: Mood): void
  /** Resets what is open, once; new connections are made at once. */
  reset(): void
}

interface Pair {
  readonly near: net.Socket
  readonly far: net.Socket
}

/** A TCP proxy in front of one server, for one client of it. */
export async function layWire(target: number): Promise<Wire> {
  const pairs = new Set<Pair>()
  let mood: Mood = { kind: 'through' }

  function carry(from: net.Socket, to: net.Socket): void {
    let last = 0
    from.on('data', (piece) => {
      if (mood.kind !== 'slow' && last === 0) {
        if (!to.write(piece)) from.pause()
        return
      }
      // Pieces keep their order also when the wire is quick again before the last slow one has arrived.
      const now = performance.now()
      last = Math.max(last, now + (mood.kind === 'slow' ? mood.millis : 0))
      const due = last
      setTimeout(() => {
        if (due === last) last = 0
        to.write(piece)
      }, due - now)
    })
    to.on('drain', () => void (mood.kind === 'mute' || from.resume()))
    from.on('end', () => void setTimeout(() => to.end(), Math.max(0, last - performance.now())))
  }

  const server = net.createServer({ noDelay: true }, (near) => {
    near.on('error', () => {})
    if (mood.kind === 'cut') return void near.resetAndDestroy()
    const far = net.connect({ port: target, host: '127.0.0.1', noDelay: true })
    const pair = { near, far }
    pairs.add(pair)
    far.on('error', () => near.resetAndDestroy())
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('close', () => {
        pairs.delete(pair)
        other.destroy()
      })
      carry(one, other)
      if (mood.kind === 'mute') one.pause()
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a wire has no port')

  const reset = (): void => {
    for (const { near, far } of pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
  }
  return {
    port: address.port,
    reset,
    turn(next) {
      mood = next
      if (next.kind === 'cut') reset()
      for (const { near, far } of pairs) {
        for (const socket of [near, far]) next.kind === 'mute' ? socket.pause() : socket.resume()
      }
    },
  }
}
