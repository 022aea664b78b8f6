import type { House } from '../house/house.ts'
import type { Mood } from '../wires/index.ts'
import type { Strike } from './fault.ts'

/** `tracker>redis` is every tracker's wire, `tracker-1>redis` one's, `>redis` everybody's. */
function wiresOf(house: House, pattern: string): readonly string[] {
  const [client = '', server = ''] = pattern.split('>')
  const found = house.wires.to(server).filter((name) => name.startsWith(client))
  if (found.length === 0) throw new Error(`there is no wire ${pattern}`)
  return found
}

const moody =
  (pattern: string, mood: Mood): Strike =>
  async (house) => {
    const names = wiresOf(house, pattern)
    await house.wires.turn(names, mood)
    return () => house.wires.turn(names, { kind: 'through' })
  }

/** Both sides hear that the connection is gone, and no new one can be made. */
export const cut = (pattern: string): Strike => moody(pattern, { kind: 'cut' })
/** Nobody hears anything: packets are dropped. */
export const silent = (pattern: string): Strike => moody(pattern, { kind: 'mute' })
export const slow = (pattern: string, millis: number): Strike => moody(pattern, { kind: 'slow', millis })

/** Connections are reset twice a second, as by a balancer that is being restarted. */
export const resets =
  (pattern: string): Strike =>
  async (house) => {
    const names = wiresOf(house, pattern)
    const timer = setInterval(() => void house.wires.reset(names), 500)
    return async () => clearInterval(timer)
  }
