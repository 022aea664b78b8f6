import { wipe } from '../../base/index.ts'

/**
 * Opened keys, the oldest wiped first: memory holds a bounded number of people at a time, and each for a bounded time. Another
 * process may have destroyed the key since, or made the person's next one.
 */
export interface KeyCache {
  get(name: string): Buffer | undefined
  put(name: string, key: Buffer): void
  drop(name: string): void
  clear(): void
}

export const rememberedMillis = 30_000

export function newKeyCache(limit: number, millis = rememberedMillis): KeyCache {
  // In the order in which they came, which is that of their ends.
  const keys = new Map<string, { readonly key: Buffer; readonly until: number }>()
  const drop = (name: string): void => {
    const found = keys.get(name)
    if (found) wipe(found.key)
    keys.delete(name)
  }
  const forget = (): void => {
    const now = performance.now()
    for (const [name, { until }] of keys) {
      if (until > now) return
      drop(name)
    }
  }
  const timer = setInterval(forget, millis)
  timer.unref()
  return {
    get: (name) => {
      forget()
      return keys.get(name)?.key
    },
    put: (name, key) => {
      drop(name)
      keys.set(name, { key, until: performance.now() + millis })
      if (keys.size > limit) drop(keys.keys().next().value!)
    },
    drop,
    clear: () => {
      clearInterval(timer)
      for (const name of [...keys.keys()]) drop(name)
    },
  }
}
