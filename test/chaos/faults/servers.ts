import { setTimeout as sleep } from 'node:timers/promises'
import type { House } from '../house/house.ts'
import type { Strike } from './fault.ts'

type Name = 'postgres' | 'redis'
const server = (house: House, name: Name) => house[name]

export const serverKilled =
  (name: Name): Strike =>
  async (house) => {
    server(house, name).signal('SIGKILL')
    await server(house, name).ended()
    return () => server(house, name).start()
  }

export const serverFrozen =
  (name: Name): Strike =>
  async (house) => {
    server(house, name).signal('SIGSTOP')
    return async () => server(house, name).signal('SIGCONT')
  }

/** What its operator does: open transactions are ended, and it writes down all that it has. */
export const serverRestarted =
  (name: Name): Strike =>
  async (house) => {
    server(house, name).signal(name === 'postgres' ? 'SIGINT' : 'SIGTERM')
    await server(house, name).ended()
    return () => server(house, name).start()
  }

/**
 * The machine loses its power: what Redis wrote in its last second and the disk may not have seen is cut off its file
 * before it starts again. That is the worst that `everysec` allows; under `always` nothing was answered that is cut off.
 */
export const powerCut: Strike = async (house) => {
  await serverKilled('redis')(house, () => {})
  house.redis.forget(1000)
  return () => house.redis.start()
}

/** Not a byte more fits on the disk. A server that gave up is started again once there is room. */
export const diskFull =
  (name: Name): Strike =>
  async (house) => {
    const { disk } = server(house, name)
    disk.fill()
    return async () => {
      disk.free()
      await server(house, name).start()
    }
  }

/** Every data folder: logs and the copies of policies. */
export const dataFull: Strike = async (house) => {
  house.disk.fill()
  return async () => house.disk.free()
}

/** Each commit waits for a tenth of a second before it is written: a disk whose sync takes as long. */
export const slowCommits: Strike = async (house) => {
  const turn = async (delay: string, siblings: string): Promise<void> => {
    for (const [name, value] of [
      ['commit_delay', delay],
      ['commit_siblings', siblings],
    ]) {
      await house.postgres.ask(`ALTER SYSTEM SET ${name} = ${value}`)
    }
    await house.postgres.ask('SELECT pg_reload_conf()')
  }
  await turn('100000', '0')
  return () => turn('DEFAULT', 'DEFAULT')
}

/** Stopped for 150 of every 200 milliseconds: `appendfsync always` waits as long on a disk whose sync is that slow. */
export const slowAppends: Strike = async (house) => {
  let over = false
  const run = (async () => {
    while (!over) {
      house.redis.signal('SIGSTOP')
      await sleep(150)
      house.redis.signal('SIGCONT')
      await sleep(50)
    }
  })()
  return async () => {
    over = true
    await run
  }
}
