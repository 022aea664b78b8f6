import type { Millis } from '../base/index.ts'

const minute = 60_000
const steps: readonly Millis[] = [7_500, minute, 5 * minute, 15 * minute, 60 * minute, 240 * minute]

/**
 * How long to wait after `attempts` failed ones: 5-10 s at first (greylisting and a restarting relay are over by then),
 * then a minute and so on up to four hours. `random` in [0, 1) spreads a campaign's retries by a third each way.
 */
export function retryAfter(attempts: number, random: number): Millis {
  const step = steps[Math.min(Math.max(attempts, 1), steps.length) - 1]!
  return Math.round(step * (2 / 3 + (2 / 3) * random))
}
