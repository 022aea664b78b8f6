import type { Terminal } from './command.ts'

const windowMillis = 60_000

/** How many come to an end in a second, over the last minute; since the first look where that is less long ago. */
export function newRate(now: () => number) {
  const looks: { readonly at: number; readonly done: number }[] = []
  return (done: number): number => {
    const at = now()
    // One look a second is enough: a window of a day of looks would be no smaller for being a minute long.
    const last = looks.at(-1)
    if (!last || at - last.at >= 1000) looks.push({ at, done })
    while (looks.length > 1 && looks[1]!.at <= at - windowMillis) looks.shift()
    const first = looks[0]!
    return at > first.at ? Math.max(0, done - first.done) / ((at - first.at) / 1000) : 0
  }
}

const span = (seconds: number): string => {
  if (seconds < 120) return `${Math.ceil(seconds)} s`
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`
}

/**
 * One line that redraws itself: a bar, the count, the rate of the last minute and the time left at that rate. Silent where
 * nobody looks.
 */
export function newProgress(terminal: Terminal, label: string, total: number, now: () => number = Date.now) {
  const width = 28
  const rateAt = newRate(now)
  const draw = (done: number): void => {
    if (!terminal.interactive) return
    const share = total === 0 ? 1 : Math.min(1, done / total)
    const rate = rateAt(done)
    const left = rate > 0 && done < total ? `, ${span((total - done) / rate)} left` : ''
    const bar = '█'.repeat(Math.round(share * width)).padEnd(width, '·')
    const shown = rate > 0 && rate < 10 ? rate.toFixed(1) : String(Math.round(rate))
    terminal.err(`\r\u001b[2K${label} ${bar} ${done} of ${total}  ${shown}/s${left}`)
  }
  return { draw, end: () => (terminal.interactive ? terminal.err('\n') : undefined) }
}
