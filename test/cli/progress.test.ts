import { describe, expect, it } from 'vitest'
import type { Terminal } from '../../src/cli/command.ts'
import { newProgress, newRate } from '../../src/cli/progress.ts'

function watched(total: number, interactive = true) {
  let [time, err] = [0, '']
  const input = (async function* () {})()
  const terminal: Terminal = { out: () => {}, err: (text) => (err += text), input, interactive }
  const progress = newProgress(terminal, 'sending', total, () => time)
  return {
    at: (seconds: number, done: number): string => {
      time = seconds * 1000
      err = ''
      progress.draw(done)
      return err
    },
    end: () => progress.end(),
  }
}

describe('progress', () => {
  it('shows the rate of the last minute, however fast or slow it was before', () => {
    let time = 0
    const rate = newRate(() => time)
    const seen: number[] = []
    let done = 0
    for (let second = 0; second <= 600; second++) {
      time = second * 1000
      if (second > 0) done += second <= 300 ? 100 : 10
      const now = rate(done)
      if ([10, 300, 330, 361, 600].includes(second)) seen.push(Math.round(now))
    }
    expect(seen).toEqual([100, 100, 55, 10, 10])
  })

  it('says how long is left at that rate, and nothing of it while nothing moves', () => {
    const { at } = watched(10_000)
    expect(at(0, 0)).toMatch(/0 of 10000 {2}0\/s$/)
    expect(at(10, 1000)).toMatch(/1000 of 10000 {2}100\/s, 90 s left$/)
    expect(at(20, 1100)).toMatch(/55\/s, 162 s left$|55\/s, 3 min left$/)
    expect(at(200, 1100)).toMatch(/1100 of 10000 {2}0\/s$/)
    expect(at(201, 1101)).toMatch(/\d\.\d\/s, \d+ h left$/)
    expect(at(202, 10_000)).not.toContain('left')
  })

  it('holds no more than a minute of looks, and takes a count that falls for a standstill', () => {
    let time = 0
    const rate = newRate(() => time)
    rate(500)
    time = 5000
    expect(rate(400)).toBe(0)
  })

  it('is silent where nobody looks', () => {
    expect(watched(10, false).at(1, 5)).toBe('')
  })
})
