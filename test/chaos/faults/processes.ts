import { until } from '../../journeys/lethe.ts'
import type { Strike } from './fault.ts'

/** kill -9, and its supervisor starts it again. */
export const killed =
  (name: string): Strike =>
  async (house) => {
    const role = house.role(name)
    await role.stop('SIGKILL')
    return async () => role.start()
  }

/** Frozen and thawed: its connections stay open, and its locks and leases run out meanwhile. */
export const frozen =
  (name: string): Strike =>
  async (house) => {
    const role = house.role(name)
    role.signal('SIGSTOP')
    return async () => role.signal('SIGCONT')
  }

/** A drain and a new start, as at each deployment. */
export const restarted =
  (name: string, more: Readonly<Record<string, string>> = {}): Strike =>
  async (house, trouble) => {
    const role = house.role(name)
    const end = await role.stop('SIGTERM')
    if (end !== 0) trouble(`${name} ended its drain with ${end}`)
    role.start(more)
    return async () => {}
  }

/** The same where it cannot do its work at once: the fault goes on when the new one answers readers. */
export const restartedInto =
  (name: string, wider: Strike): Strike =>
  async (house, trouble) => {
    const heal = await wider(house, trouble)
    await restarted(name)(house, trouble)
    if (!(await until(() => house.role(name).serving(), 90))) trouble(`${name} does not serve meanwhile`)
    return heal
  }

/** Its clock is another one until the fault is over, which begins once it serves. */
export const clockOf =
  (name: string, shift: string): Strike =>
  async (house, trouble) => {
    await restarted(name, { LETHE_CLOCK: shift })(house, trouble)
    if (!(await until(() => house.role(name).ready(), 90))) trouble(`${name} does not serve at ${shift}`)
    return async () => void (await restarted(name)(house, trouble))
  }

/** All at the same moment; healed in the order in which they stand. */
export const together =
  (...strikes: readonly Strike[]): Strike =>
  async (house, trouble) => {
    const heals = await Promise.all(strikes.map((strike) => strike(house, trouble)))
    return async () => {
      for (const heal of heals) await heal()
    }
  }
