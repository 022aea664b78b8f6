import { describe, expect, it } from 'vitest'
import { dayOf, daysOf, isoDay, parseDuration, realClock, shiftedClock } from '../../src/base/index.ts'

const invalid = expect.objectContaining({ code: 'duration_invalid' })

describe('a duration', () => {
  it.each([
    ['PT72H', 259_200_000],
    ['P3D', 259_200_000],
    ['P1W', 604_800_000],
    ['P1M', 30 * 86_400_000],
    ['P1Y', 365 * 86_400_000],
    ['P1Y2M3W4DT5H6M7S', ((365 + 60 + 21 + 4) * 24 + 5) * 3_600_000 + 6 * 60_000 + 7_000],
    ['PT0S', 0],
  ])('%s is a fixed number of milliseconds', (text, millis) => {
    expect(parseDuration(text)).toBe(millis)
  })

  it.each(['', 'P', 'PT', 'P1DT', '90D', 'P-1D', 'P1.5D', 'P1H', 'PT1D', 'P1D2Y', ' P1D', 'P1D\n', 'p1d', 'P１D'])(
    '%j is none',
    (text) => {
      expect(() => parseDuration(text)).toThrow(invalid)
    },
  )

  it('in days is rounded up: a promise in hours is kept for no less', () => {
    expect(['PT1H', 'PT24H', 'PT25H', 'P30D', 'PT0S'].map(daysOf)).toEqual([1, 1, 2, 30, 0])
  })
})

describe('a clock', () => {
  it('can be moved both ways, and says so', () => {
    expect(shiftedClock('+P90D').shift).toBe(90 * 86_400_000)
    expect(shiftedClock('-PT1H').shift).toBe(-3_600_000)
    expect(shiftedClock('P1D').now()).toBeGreaterThan(realClock.now() + 86_000_000)
    expect(realClock.shift).toBe(0)
  })

  it.each(['+-P1D', '--P1D', '90', '+', '+P51Y', '-P9999999999Y'])('is not moved by %j', (text) => {
    expect(() => shiftedClock(text)).toThrow(invalid)
  })

  it('counts days in UTC, before 1970 too', () => {
    expect(dayOf(Date.parse('2026-11-21T23:59:59.999Z'))).toBe(dayOf(Date.parse('2026-11-21T00:00:00Z')))
    expect(isoDay(dayOf(Date.parse('2026-11-22T00:00:00Z')))).toBe('2026-11-22')
    expect(isoDay(dayOf(-1))).toBe('1969-12-31')
  })
})
