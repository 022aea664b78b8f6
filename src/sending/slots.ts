/** A counting semaphore: at most `count` taken at once, the longest waiting is next. */
export interface Slots {
  take(): Promise<void>
  give(): void
}

export function newSlots(count: number): Slots {
  let free = count
  const waiting: (() => void)[] = []
  return {
    take: () => {
      if (free === 0) return new Promise((taken) => waiting.push(taken))
      free--
      return Promise.resolve()
    },
    give: () => {
      const next = waiting.shift()
      if (next) next()
      else free++
    },
  }
}
