/** All wires of a run in a process of their own, so that the load does not hold them up. Speaks over the channel of `fork`. */
import { layWire, type Mood, type Wire } from './wire.ts'

export type Order =
  | { readonly number: number; readonly name: string; readonly lay: number }
  | { readonly number: number; readonly name: string; readonly turn: Mood }
  | { readonly number: number; readonly name: string; readonly reset: true }

export interface Answer {
  readonly number: number
  readonly port: number
}

const wires = new Map<string, Wire>()

async function obey(order: Order): Promise<number> {
  if ('lay' in order) wires.set(order.name, await layWire(order.lay))
  const wire = wires.get(order.name)
  if (!wire) throw new Error(`there is no wire ${order.name}`)
  if ('turn' in order) wire.turn(order.turn)
  if ('reset' in order) wire.reset()
  return wire.port
}

process.on('message', (order: Order) => {
  void obey(order).then((port) => process.send?.({ number: order.number, port } satisfies Answer))
})
process.on('disconnect', () => process.exit(0))
