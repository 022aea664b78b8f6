import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Database } from './database.ts'

const pause = 250
const beat = 1000

/**
 * A connection of its own that does nothing but listen, and comes back by itself. It is asked each second whether it still
 * answers: one that was cut off in silence would hear nothing for hours. Throws only when the first attempt fails.
 */
export function newListen(config: pg.ClientConfig, lost: () => void): Database['listen'] {
  return async (channel, heard, gap) => {
    let ended = false
    let ear = await attach()
    void watch()

    async function attach(): Promise<pg.Client> {
      const client = new pg.Client(config)
      client.on('error', lost)
      client.on('notification', ({ payload = '' }) => heard(payload))
      try {
        await client.connect()
        await client.query(`LISTEN "${channel}"`)
        return client
      } catch (error) {
        drop(client)
        throw error
      }
    }

    /** Each second until the end: does it answer, and if not, another one in its place. */
    async function watch(): Promise<void> {
      let deaf = false
      while (!ended) {
        await sleep(deaf ? pause : beat, undefined, { ref: false })
        if (ended) return
        try {
          if (deaf) ear = await attach()
          await (deaf ? gap() : ear.query('SELECT 1'))
          deaf = false
        } catch {
          drop(ear)
          deaf = true
        }
        if (ended) drop(ear)
      }
    }

    return async () => {
      ended = true
      drop(ear)
    }
  }
}

/** Without a farewell, for which a mute server would keep us waiting. */
function drop(client: pg.Client): void {
  client.removeAllListeners('notification')
  client.end().catch(() => undefined)
}
