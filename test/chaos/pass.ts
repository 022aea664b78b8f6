import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../journeys/lethe.ts'
import { newBook } from './book.ts'
import { calm, ebbed, type Sums, sumsOf, supervise, unbalanced } from './calm.ts'
import type { Fsync } from './engines/redis.ts'
import type { Fault } from './faults/index.ts'
import { complaintsOf } from './house/complaints.ts'
import { type House, openHouse } from './house/house.ts'
import { newMailbox } from './load/mailbox.ts'
import { newReaders } from './load/readers.ts'
import { newSender } from './load/sender.ts'
import type { Lie } from './verdict/lies.ts'
import { tell, unseen } from './verdict/lies.ts'
import { readStored } from './verdict/stored.ts'
import { judge, type Line, type Window } from './verdict/verdict.ts'

export interface PassWish {
  readonly fsync: Fsync
  readonly faults: readonly Fault[]
  readonly hitsPerSecond: number
  readonly mailsPerSecond: number
  readonly mails: number
  /** No fewer than these are answered in the end. */
  readonly hits: number
  /** Milliseconds under load before each fault, and half as much again behind it. */
  readonly rest: number
  readonly lie: Lie | null
  readonly said: (line: string) => void
}

/** Before the first fault and after the last: the same load, and nothing is harmed. */
export const calmKinds: ReadonlySet<string> = new Set(['before', 'after'])
const untouched = (kind: string): Fault => ({
  ...{ name: `(${kind} the faults)`, kind, seconds: 3, queue: 'up', strike: async () => async () => {} },
})

/** One Redis, one PostgreSQL, nine processes, and one fault after another under a steady load. */
export async function runPass(wish: PassWish): Promise<readonly Line[]> {
  const { said } = wish
  const book = newBook()
  const fresh: Parameters<typeof newReaders>[1] = []
  const house = await openHouse(wish.fsync, (to) => {
    book.mails.get(to)?.deliveries.push({ window: book.window, at: Date.now() })
  })
  const mailbox = newMailbox(book, fresh, house.sink.mails)
  const looking = setInterval(() => mailbox.look(), 200)
  const readers = newReaders(book, fresh, house.all('tracker'))
  const sender = newSender(book, house.role('api'))
  try {
    // Each fault meets its share of them.
    const share = (place: number) => Math.ceil((wish.mails * place) / (wish.faults.length + 3))
    sender.pace(wish.mailsPerSecond, share(1))
    await until(() => fresh.length > wish.hitsPerSecond, 60)
    const windows: Window[] = []
    let pace = wish.hitsPerSecond
    let before: Sums = { late: 0, lost: 0, refused: 0, gaveUp: 0 }
    const go = async (fault: Fault, lasting: () => Promise<unknown>): Promise<void> => {
      book.window = windows.length
      sender.pace(wish.mailsPerSecond, share(windows.length + 2))
      const window = await suffer(house, fault, { readers, pace, rest: wish.rest, lasting, before })
      before = sumsOf(house)
      windows.push(window)
      // As much as this machine carries: who waits for minutes after each fault sees fewer of them.
      if (window.calmAfter > 20_000) pace = Math.max(20, pace * 0.7)
      else if (window.calmAfter < 8_000) pace = Math.min(wish.hitsPerSecond, pace * 1.3)
      const mark = window.troubles.length > 0 ? `  ✗ ${window.troubles.join('; ')}` : ''
      said(`  ${fault.kind}: ${fault.name}, calm after ${(window.calmAfter / 1000).toFixed(1)} s${mark}`)
    }
    await go(untouched('before'), () => sleep(3000))
    for (const fault of wish.faults) await go(fault, () => sleep(fault.seconds * 1000))
    const all = () => [...book.mails.values()]
    const sent = () => all().filter(({ deliveries }) => deliveries.length > 0).length
    const answered = () => book.hits.filter(({ fate }) => fate === 'answered').length
    await go(untouched('after'), async () => {
      sender.pace(100, wish.mails)
      readers.pace(2 * wish.hitsPerSecond)
      await ebbed(() => wish.mails - sent())
      await ebbed(() => (fresh.length === 0 ? 0 : wish.hits - answered()))
    })
    await ebbed(() => unfinished(house))
    if (sender.wrong.length > 0) said(`  ✗ the API refused ${sender.wrong.length} mails: ${sender.wrong[0]}`)
    const stored = await readStored(house.postgres)
    said(`  logged above info: ${complaintsOf(house).join(', ') || 'nothing'}`)
    const lines = judge(...tell(wish.lie, book, windows, stored))
    if (wish.lie !== null) return lines
    const blind = unseen(book, windows, stored).map((lie) => `the comparison would not see the lie ${lie}`)
    return lines.map((line, index) => (index === 0 ? { ...line, breaks: [...line.breaks, ...blind] } : line))
  } finally {
    clearInterval(looking)
    readers.stop()
    sender.stop()
    await house.close()
  }
}

interface Suffering {
  readonly readers: ReturnType<typeof newReaders>
  /** Hits a second. */
  readonly pace: number
  readonly rest: number
  readonly lasting: () => Promise<unknown>
  readonly before: Sums
}

/** One fault from the quiet before it to the calm behind it. */
async function suffer(
  house: House,
  fault: Fault,
  { readers, pace, rest, lasting, before }: Suffering,
): Promise<Window> {
  const troubles: string[] = []
  const trouble = (what: string): void => void (troubles.includes(what) || troubles.push(what))
  const lives = new Set(house.roles.map(({ life }) => life.number))
  for (const { life } of house.roles) life.frozen = false
  readers.pace(pace)
  await sleep(rest)
  const mended = await fault.before?.(house, trouble)
  if (mended) await sleep(2000)
  const struckAt = Date.now()
  const heal = await fault.strike(house, trouble)
  await lasting()
  supervise(house, trouble)
  await heal()
  await mended?.()
  await sleep(1.5 * rest)
  const calmAfter = await calm(house, readers, trouble)
  for (const each of unbalanced(house)) trouble(each)
  const now = sumsOf(house)
  return {
    ...{ name: fault.name, kind: fault.kind, queue: fault.queue, forgets: fault.forgets ?? 0, struckAt, calmAfter },
    ended: new Set([...lives].filter((number) => house.lives[number]?.over || house.lives[number]?.frozen)),
    killed: new Set([...lives].filter((number) => house.lives[number]?.over === 'SIGKILL')),
    ...{ late: now.late - before.late, lost: now.lost - before.lost, refused: now.refused - before.refused },
    ...{ gaveUp: now.gaveUp - before.gaveUp, troubles },
  }
}

/** Mails that have no outcome yet. */
async function unfinished(house: House): Promise<number> {
  const sql = "SELECT count(*) AS count FROM lethe.messages WHERE status IN ('queued', 'sending')"
  const [row] = await house.postgres.ask<{ count: string }>(sql)
  return Number(row?.count)
}
