import { setTimeout as sleep } from 'node:timers/promises'
import { cut, type RedisClient } from './redis-connect.ts'

const beat = 1000

export interface Pulse {
  readonly answering: boolean
  stop(): void
}

/**
 * Each second removes a key that is never there. A connection may be open and mute (a stopped process, a cut cable), or
 * lead to a master that was replaced and only lets us read: nothing but the answer to a write proves that work can go on.
 * A connection that missed two is cut: else commands pile up in it for as long as the silence lasts.
 */
export function takePulse(client: RedisClient, key: string, patience: number): Pulse {
  let answering = true
  let missed = 0
  let stopped = false

  async function ask(): Promise<void> {
    const connected = client.status === 'ready'
    answering = connected && (await answer())
    // `connect` is a connection that was made and has not said anything yet; all others come back by themselves.
    missed = answering || !['ready', 'connect'].includes(client.status) ? 0 : missed + 1
    if (missed < 2) return
    missed = 0
    cut(client)
  }

  async function answer(): Promise<boolean> {
    const late = new AbortController()
    const asked = client.del(key).then(
      () => true,
      () => false,
    )
    const given = await Promise.race([
      asked,
      sleep(patience, false, { ref: false, signal: late.signal }).catch(() => false),
    ])
    late.abort()
    return given
  }

  async function run(): Promise<void> {
    while (!stopped) {
      await sleep(beat, undefined, { ref: false })
      if (!stopped) await ask()
    }
  }

  void run()
  return {
    get answering() {
      return answering && client.status === 'ready'
    },
    stop: () => {
      stopped = true
    },
  }
}
