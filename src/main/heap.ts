import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const whole = { newSpaceMegabytes: 16, growingPercent: 50 }
/** For a process that holds little and is one of many. */
export const small = { newSpaceMegabytes: 8, growingPercent: 15 }

/**
 * Gives back what loading and starting made and nobody holds: once, before a process serves. V8 itself would collect it only
 * when as much again was made, and the pages that it lies in would stay for as long as the process lives.
 */
export function settleHeap(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

/**
 * Keeps the heap near what is in use. On a machine with memory to spare V8 lets the part for new objects grow to 128 MB and
 * the rest to a multiple of what lives there: a Lethe that waits then holds 330 MB for 45. `--max-semi-space-size` cannot be
 * set once a process runs; the factors by which the two grow can.
 */
export function boundHeap({ newSpaceMegabytes, growingPercent } = whole): { stop(): Promise<void> } {
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`)
  let growing = true
  const look = (): void => {
    const size = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0
    const may = size < newSpaceMegabytes * 1_048_576
    // Set only when it changes; a space that V8 itself made smaller may grow again.
    if (may !== growing) setFlagsFromString(`--semi-space-growth-factor=${may ? 2 : 1}`)
    growing = may
  }
  look()
  const timer = setInterval(look, 100).unref()
  return { stop: async () => clearInterval(timer) }
}
