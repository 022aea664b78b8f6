import type { Redis } from 'ioredis'
import type { Day, Handle } from '../base/index.ts'
import { forgery } from '../gate/index.ts'
import { awayFault } from './away.ts'
import { inTime } from './in-time.ts'
import type { BoardChange, Queue, Running } from './queue.ts'
import { cut, type RedisClient } from './redis-connect.ts'

export interface BoardParts {
  readonly key: string
  readonly patience: number
  readonly redis: RedisClient
  /** A connection of its own: a subscriber can do nothing else. */
  readonly newEar: () => Redis
}

const sound = /^[A-Za-z0-9_-]{16}$/

/** The stop-set's engine on Redis: a sorted set of handles by their last day, and a channel that tells of each change. */
export function newRedisBoard({ key, patience, redis, newEar }: BoardParts): Queue['board'] {
  async function change(write: (transaction: ReturnType<Redis['multi']>) => void, told: readonly BoardChange[]) {
    const transaction = redis.multi()
    write(transaction)
    transaction.publish(key, JSON.stringify(told))
    const replies = await inTime(transaction.exec(), 2 * patience)
    const failed = replies?.find(([error]) => error)?.[0]
    if (!replies || failed) throw awayFault(failed ?? new Error('closed'))
  }

  async function everything(): Promise<BoardChange> {
    const flat = await inTime(redis.zrange(key, '0', '-1', 'WITHSCORES'), 2 * patience)
    const entries: { handle: Handle; until: Day }[] = []
    for (let at = 0; at < flat.length; at += 2) entries.push({ handle: flat[at]!, until: Number(flat[at + 1]) })
    return { kind: 'all', entries }
  }

  return {
    async stop(entries) {
      if (entries.length === 0) return
      if (!entries.every(({ handle }) => sound.test(handle))) throw forgery()
      const pairs = entries.flatMap(({ handle, until }) => [until, handle])
      await change(
        // GT: the later day wins whoever writes last.
        (transaction) => transaction.zadd(key, 'GT', ...pairs),
        entries.map(({ handle, until }) => ({ kind: 'stop', handle, until })),
      )
    },

    async lift(handles) {
      if (handles.length === 0) return
      await change(
        (transaction) => transaction.zrem(key, ...handles),
        handles.map((handle) => ({ kind: 'lift', handle })),
      )
    },

    async expire(today) {
      await redis.zremrangebyscore(key, '-inf', `(${today}`).catch((error) => {
        throw awayFault(error)
      })
    },

    async pin(notices) {
      await redis.hset(`${key}:pinned`, notices).catch((error) => {
        throw awayFault(error)
      })
    },

    pinned: (name) =>
      redis.hget(`${key}:pinned`, name).catch((error) => {
        throw awayFault(error)
      }),

    async follow(heard): Promise<Running> {
      const ear = newEar()
      let round = 0
      // What is told while everything is being read is told after it, or `all` would undo it.
      let early: BoardChange[] | null = []
      ear.on('message', (_channel, text) => {
        for (const each of readChanges(text)) early ? early.push(each) : heard(each)
      })
      const catchUp = async (): Promise<void> => {
        const mine = ++round
        early = []
        await ear.subscribe(key)
        const all = await everything()
        if (mine !== round) return
        const waiting = early
        early = null
        heard(all)
        for (const each of waiting) heard(each)
      }
      const listen = setInterval(() => {
        if (ear.status === 'ready') ear.ping().catch(() => cut(ear))
      }, 1000)
      listen.unref()
      const stop = async (): Promise<void> => {
        clearInterval(listen)
        round++
        ear.removeAllListeners('message') // what is on its way already is heard by nobody
        ear.disconnect()
      }

      let timer: NodeJS.Timeout | undefined
      const heardAll = new Promise<void>((resolve, reject) => {
        timer = setTimeout(() => reject(new Error('timed out')), patience * 2)
        ear.on('ready', () => {
          catchUp().then(resolve, () => cut(ear))
        })
      })
      ear.connect().catch(() => undefined) // goes on trying; the timer below decides
      try {
        await heardAll
      } catch (error) {
        await stop()
        throw awayFault(error)
      } finally {
        clearTimeout(timer)
      }
      return { stop }
    },
  }
}

/** The channel is no storage of ours: anyone with the password can speak on it, so only sound changes pass. */
function readChanges(text: string): readonly BoardChange[] {
  let told: unknown
  try {
    told = JSON.parse(text)
  } catch {
    return []
  }
  if (!Array.isArray(told)) return []
  return told.flatMap((each: unknown): readonly BoardChange[] => {
    if (typeof each !== 'object' || each === null || !('kind' in each) || !('handle' in each)) return []
    const { kind, handle } = each
    if (typeof handle !== 'string' || !sound.test(handle)) return []
    if (kind === 'lift') return [{ kind, handle }]
    if (kind !== 'stop' || !('until' in each) || !Number.isInteger(each.until)) return []
    return [{ kind, handle, until: Number(each.until) }]
  })
}
