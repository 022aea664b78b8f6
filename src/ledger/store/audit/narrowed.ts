import { dayMillis, isoDay } from '../../../base/index.ts'
import { eventExcess, messageExcess } from '../retighten.ts'
import { answer, type Check } from './answer.ts'

/** Nothing is wider than the policy in force: what an earlier one granted was cut down when this one came. */
export const nothingWider: Check = async ({ db }, { events, message }) => {
  const held = (handle: string) =>
    `NOT EXISTS (SELECT 1 FROM subjects r WHERE r.handle = ${handle} AND r.state = 'restricted')`
  const count = async (table: string, where: string, handle: string): Promise<number> => {
    const sql = `SELECT count(*) FROM ${table} WHERE ${where} AND ${held(handle)}`
    return (await db.prepare<[], number>(sql).pluck().get()) ?? 0
  }
  const owner = '(SELECT m.handle FROM messages m WHERE m.id = events.message)'
  const faults: string[] = []
  for (const kind of ['open', 'click'] as const) {
    const n = await count('events', eventExcess(kind, events[kind]), owner)
    if (n) faults.push(`${n} ${kind}s hold more than the policy in force grants`)
  }
  const days = message.retentionDays
  const n = await count('messages', messageExcess(days, days.get('delivery') ?? 0), 'messages.handle')
  if (n) faults.push(`${n} messages are kept for longer than the policy in force grants`)
  return answer(faults, 'nothing stored is wider than the policy in force')
}

/** A wider policy counts only once people were told of it. */
export const noticeKept: Check = async ({ db }, policy) => {
  const waits = await db
    .prepare<[], { number: number; name: string; announced_at: number | null }>(
      'SELECT number, name, announced_at FROM pending_policy',
    )
    .get()
  if (waits?.number === policy.number) return answer([`${policy.name} is in force before its notice`], '')
  if (!waits) return answer([], 'no wider policy waits')
  const told =
    waits.announced_at === null ? 'not told yet' : `told on ${isoDay(Math.floor(waits.announced_at / dayMillis))}`
  return answer([], `${waits.name} waits for its notice, and is not in force (${told})`)
}
