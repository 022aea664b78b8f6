import { breathe, type Store, writing } from './store.ts'

/** What a chunk may take while others are at work, who wait for its end; and while nobody is. */
const besideOthers = 3
const byItself = 25
/** A pause between two chunks in which this process worked for longer than this, or that took so long, was somebody else's turn. */
const idleMillis = { worked: 1, waited: 10 }
const least = 50

/** What became of one chunk: how many rows are gone, and whether there may be more. */
export interface Chunk {
  readonly gone: number
  readonly more: boolean
}

/**
 * Runs `work` for chunk after chunk of at most so many rows, each a write of its own that lets hits and sends through before
 * it; the sum of what is gone.
 */
export async function inChunks(store: Store, most: number, work: (size: number) => Promise<Chunk>): Promise<number> {
  const pace = pacing(most)
  let count = 0
  for (let more = true; more; ) {
    const paused = pause()
    await breathe()
    const done = await writing(store, async () => {
      const [before, began] = [paused(), performance.now()]
      const chunk = await work(pace.size)
      pace.took(performance.now() - began, before)
      return chunk
    })
    count += done.gone
    more = done.more
  }
  return count
}

/**
 * How many rows to take at once. A large chunk writes each page once for many rows, a small one lets the others through:
 * so chunks are small as long as anybody comes between them, and grow while nobody does. `most` is the bound.
 */
function pacing(most: number) {
  let size = Math.min(most, 4 * least)
  return {
    get size() {
      return size
    },
    /** Milliseconds of the last chunk and of the pause before it. Grows by the double at most, as a chunk may be lucky. */
    took: (spent: number, { worked, waited }: typeof idleMillis): void => {
      const others = worked > idleMillis.worked || waited > idleMillis.waited
      const fit = (size * (others ? besideOthers : byItself)) / Math.max(spent, 0.1)
      size = Math.round(Math.min(most, Math.max(least, Math.min(size * 2, fit))))
    },
  }
}

/** Measures a pause: what this process worked in it, and how long it was. */
function pause() {
  const [cpu, began] = [process.cpuUsage(), performance.now()]
  return (): typeof idleMillis => {
    const { user, system } = process.cpuUsage(cpu)
    return { worked: (user + system) / 1000, waited: performance.now() - began }
  }
}
