import type { Day, Handle } from '../base/index.ts'

/**
 * The handles whose hits stop at the door: withdrawn, objected, restricted or erased (law 5). A replica in the memory of
 * each tracker; entries end with the recording window, since no token of theirs records anything after it.
 */
export interface StopSet {
  stop(handle: Handle, until: Day): void
  lift(handle: Handle): void
  /** Takes over a whole board, as after a reconnect: what is not on it any more was lifted meanwhile. */
  replace(entries: readonly { readonly handle: Handle; readonly until: Day }[]): void
  has(handle: Handle): boolean
  /** Drops entries whose day is over. */
  expire(today: Day): void
  readonly size: number
}

export function newStopSet(): StopSet {
  const until = new Map<Handle, Day>()
  return {
    stop: (handle, day) => void until.set(handle, Math.max(day, until.get(handle) ?? 0)),
    lift: (handle) => void until.delete(handle),
    replace: (entries) => {
      until.clear()
      for (const { handle, until: day } of entries) until.set(handle, day)
    },
    has: (handle) => until.has(handle),
    expire: (today) => {
      for (const [handle, day] of until) if (day < today) until.delete(handle)
    },
    get size() {
      return until.size
    },
  }
}
