/** In: which client speaks to which server. Out: a port for it, and its mood at any time. No wire is shared by two clients. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Answer, Order } from './process.ts'
import type { Mood } from './wire.ts'

export type { Mood } from './wire.ts'

export interface Wires {
  /** `name` is `client>server`. The port to speak to instead of `target`. */
  lay(name: string, target: number): Promise<number>
  turn(names: readonly string[], mood: Mood): Promise<void>
  reset(names: readonly string[]): Promise<void>
  /** The wires that lead to a server. */
  to(server: string): readonly string[]
  close(): void
}

type Wish = Order extends infer One ? (One extends unknown ? Omit<One, 'number'> : never) : never

export function openWires(): Wires {
  const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)))
  const names = new Set<string>()
  const asked = new Map<number, (port: number) => void>()
  let number = 0
  child.on('message', ({ number, port }: Answer) => {
    asked.get(number)?.(port)
    asked.delete(number)
  })

  const order = (wish: Wish): Promise<number> =>
    new Promise((answered) => {
      asked.set(++number, answered)
      child.send({ ...wish, number })
    })

  return {
    lay: (name, target) => {
      names.add(name)
      return order({ name, lay: target })
    },
    turn: async (wanted, mood) => void (await Promise.all(wanted.map((name) => order({ name, turn: mood })))),
    reset: async (wanted) => void (await Promise.all(wanted.map((name) => order({ name, reset: true })))),
    to: (server) => [...names].filter((name) => name.endsWith(`>${server}`)),
    close: () => void child.kill(),
  }
}
