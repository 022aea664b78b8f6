export interface GroupSettings {
  /** A caller waits at most this long for its item's commit; then it goes on and the item counts as late. */
  readonly boundMillis?: number
  /** Commits under way at once. */
  readonly inFlight?: number
  /** Items in one commit at most. */
  readonly batch?: number
  /** Items waiting and under way at most; one more is lost, and counted. */
  readonly backlog?: number
  /** How long `drain` goes on trying before it counts the rest as lost. */
  readonly drainMillis?: number
}

/** Many items, one durable write. Always: items added = committed + lost + pending; late is a part of committed. */
export interface GroupCommit<T> {
  /** Resolves once the item is committed, lost, or has waited for the bound. Never rejects. */
  add(item: T): Promise<void>
  drain(): Promise<void>
  readonly committed: number
  readonly late: number
  readonly lost: number
  readonly pending: number
  /** False while commits fail and are tried again. */
  readonly healthy: boolean
}

interface Entry<T> {
  readonly item: T
  readonly tick: number
  /** Lets the caller go on; null once it did. */
  answer: (() => void) | null
}

const shortestRest = 25
const longestRest = 2000
// While a commit is under way, this many items are worth another one beside it; fewer wait for its end.
const worthOne = 16
const ticksInBound = 5

/**
 * The life of an item: waiting -> in a flight -> committed; or back to waiting, in front, when the flight failed.
 * The first item of a quiet moment leaves at the end of the event loop's turn with all that came in beside it.
 * One coarse timer serves every waiting caller: a timer of its own for each costs more than the hit.
 */
export function newGroupCommit<T>(
  commit: (items: readonly T[]) => Promise<void>,
  settings: GroupSettings = {},
): GroupCommit<T> {
  const { boundMillis = 250, inFlight = 4, batch = 500, backlog = 20_000, drainMillis = 10_000 } = settings
  const flights = new Set<readonly Entry<T>[]>()
  const count = { committed: 0, late: 0, lost: 0, pending: 0 }
  const drained: (() => void)[] = []
  let waiting: Entry<T>[] = []
  let planned = false
  let resting: NodeJS.Timeout | null = null
  let rest = shortestRest
  let failing = false
  let closed = false
  let tick = 0
  let ticking: NodeJS.Timeout | null = null

  function add(item: T): Promise<void> {
    if (closed || count.pending >= backlog) {
      count.lost++
      return Promise.resolve()
    }
    count.pending++
    if (!planned) {
      planned = true
      setImmediate(depart)
    }
    ticking ??= setInterval(onTick, boundMillis / ticksInBound)
    return new Promise((answer) => void waiting.push({ item, tick, answer }))
  }

  function depart(): void {
    planned = false
    while (resting === null && waiting.length > 0 && flights.size < inFlight) {
      if (flights.size > 0 && waiting.length < worthOne) return
      const group = waiting.length <= batch ? waiting : waiting.slice(0, batch)
      waiting = group === waiting ? [] : waiting.slice(batch)
      void fly(group)
    }
  }

  async function fly(group: readonly Entry<T>[]): Promise<void> {
    flights.add(group)
    try {
      await commit(group.map(({ item }) => item))
      land(group)
    } catch {
      flights.delete(group)
      if (closed) return
      // The engine may have written before it failed: an event's id makes the second write harmless.
      waiting = group.concat(waiting)
      failing = true
      resting ??= setTimeout(onRested, rest)
      rest = Math.min(rest * 2, longestRest)
    }
  }

  function land(group: readonly Entry<T>[]): void {
    flights.delete(group)
    if (closed) return
    failing = false
    rest = shortestRest
    count.committed += group.length
    count.pending -= group.length
    for (const entry of group) {
      if (entry.answer === null) count.late++
      else entry.answer()
    }
    depart()
    if (count.pending === 0) quieten()
  }

  function onRested(): void {
    resting = null
    depart()
  }

  /** Lists are in order of arrival but for a failed flight's, whose members stand in front: each ends at its first young one. */
  function onTick(): void {
    tick++
    for (const list of [...flights, waiting]) {
      for (const entry of list) {
        if (entry.tick > tick - ticksInBound) break
        entry.answer?.()
        entry.answer = null
      }
    }
  }

  function quieten(): void {
    if (ticking !== null) clearInterval(ticking)
    ticking = null
    for (const tell of drained.splice(0)) tell()
  }

  function giveUp(): void {
    if (count.pending === 0) return
    closed = true
    if (resting !== null) clearTimeout(resting)
    count.lost += count.pending
    count.pending = 0
    for (const list of [...flights, waiting]) for (const entry of list) entry.answer?.()
    waiting = []
    quieten()
  }

  async function drain(): Promise<void> {
    if (count.pending === 0) return
    const limit = setTimeout(giveUp, drainMillis)
    await new Promise<void>((tell) => void drained.push(tell))
    clearTimeout(limit)
  }

  return {
    add,
    drain,
    get committed() {
      return count.committed
    },
    get late() {
      return count.late
    },
    get lost() {
      return count.lost
    },
    get pending() {
      return count.pending
    },
    get healthy() {
      return !failing
    },
  }
}
