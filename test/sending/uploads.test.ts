import { describe, expect, it } from 'vitest'
import { linesOf } from '../../src/sending/lines.ts'
import { addressesIn, type SuppressionFormat } from '../../src/sending/suppression-file.ts'

/** All of it at once, as a fast network brings it. */
async function* whole(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

/** The longest time, in milliseconds, in which nobody else had a turn while `work` went on. */
async function longestStop(work: () => Promise<void>): Promise<number> {
  let [last, longest, over] = [performance.now(), 0, false]
  const turn = (): void => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
    if (!over) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  over = true
  turn()
  return longest
}

/** What each batch costs where it is stored: here a fixed time, so that the test says the same on every machine. */
function busy(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

async function take(format: SuppressionFormat, text: string): Promise<void> {
  for await (const _batch of addressesIn(format, whole(text))) busy(20)
}

describe('a long upload that arrives in one piece', () => {
  const lines = 50_000

  it.each([
    ['csv', `email\n${'a@x.example\n'.repeat(lines)}`],
    ['csv', `email\n${'a\n'.repeat(lines)}`],
    ['ndjson', '"a@x.example"\n'.repeat(lines)],
    ['json', JSON.stringify(Array.from({ length: lines }, () => 'a@x.example'))],
  ] as const)('lets hits through between its batches: %s', async (format, text) => {
    // A hundred batches take two seconds and more.
    expect(await longestStop(() => take(format, text))).toBeLessThan(1_000)
  })

  it('keeps its lines and their numbers', async () => {
    const numbers: number[] = []
    for await (const { number } of linesOf(whole('x\n'.repeat(3_000)))) {
      numbers.push(number)
      if (number % 100 === 0) busy(5)
    }
    expect(numbers).toEqual(Array.from({ length: 3_000 }, (_, at) => at + 1))
  })
})
