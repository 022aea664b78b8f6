import { dayMillis, isoDay } from '../../../base/index.ts'
import type { MessageGroup } from '../../../policy/policy.ts'
import { catalogue, tables } from '../../catalogue/index.ts'
import { answer, type Check, lastDay } from './answer.ts'

/** Held rows are no violation: a restriction holds the purge. */
const notHeld: Readonly<Record<string, string>> = {
  messages: 'handle',
  consents: 'handle',
  requests: 'handle',
  cases: 'handle',
  subjects: 'handle',
  events: '(SELECT m.handle FROM messages m WHERE m.id = events.message)',
}

/** The oldest row of each table, and of each group of columns, against the last day it may exist. */
export const rowsInTime: Check = async ({ db }, _policy, now) => {
  const faults: string[] = []
  const ends: string[] = []
  const look = async (place: string, table: string, column: string, unit: 'day' | 'milli') => {
    const owner = notHeld[table]
    const held = owner
      ? `AND coalesce(${owner} NOT IN (SELECT handle FROM subjects WHERE state = 'restricted'), true)`
      : ''
    const limit = unit === 'day' ? lastDay(now) : now - dayMillis
    const late = await db
      .prepare<[number], { n: number; oldest: number }>(
        `SELECT count(*) AS n, min(${column}) AS oldest FROM ${table} WHERE ${column} < ? ${held}`,
      )
      .get(limit)
    if (late?.n) {
      faults.push(`${place}: ${late.n} past their time${unit === 'day' ? ` since ${isoDay(late.oldest)}` : ''}`)
      return
    }
    const next = await db.prepare<[], number | null>(`SELECT min(${column}) FROM ${table}`).pluck().get()
    if (next) ends.push(`${place} ${isoDay(unit === 'day' ? next : Math.floor(next / dayMillis))}`)
  }
  for (const [name, { expiry, columns }] of tables(catalogue)) {
    if (expiry) await look(name, name, expiry.column, expiry.unit)
    const groups = Object.entries(columns).filter(([, column]) => column.ends === 'group')
    for (const [column] of groups) await look(`${name}.${column}`, name, `${column}_until`, 'day')
  }
  return answer(
    faults,
    ends.length > 0 ? `the oldest of each ends on: ${ends.join(', ')}` : 'nothing is held that ends',
  )
}

/** The dates on the rows themselves: none may promise longer than the policy that the row was accepted under. */
export const promisesKept: Check = async ({ db, policies }) => {
  const faults: string[] = []
  const until: readonly (readonly [MessageGroup, string])[] = [
    ['delivery', 'expires_on'],
    ['recipient', 'recipient_until'],
    ['subject', 'subject_until'],
    ['links', 'links_until'],
  ]
  for (const policy of policies.all.values()) {
    for (const [group, column] of until) {
      const days = policy.message.retentionDays.get(group) ?? 0
      const sql = `SELECT count(*) FROM messages WHERE policy = ? AND ${column} > accepted_on + ?`
      const n = await db.prepare<[number, number], number>(sql).pluck().get(policy.number, days)
      if (n) faults.push(`messages.${column}: ${n} later than policy ${policy.name} promises`)
    }
  }
  return answer(faults, 'every date of expiry is within its policy')
}

/** After the outcome: no content, and of the other groups only what the policy grants. */
export const groupsGranted: Check = async ({ db }) => {
  const over = `status NOT IN ('queued', 'sending')`
  const kept = ['content', 'merge'].map((column) => [column, `${over} AND ${column} IS NOT NULL`] as const)
  const groups = ['recipient', 'subject', 'links'].map(
    (column) => [column, `${over} AND ${column} IS NOT NULL AND ${column}_until IS NULL`] as const,
  )
  const faults: string[] = []
  for (const [column, where] of [...kept, ...groups]) {
    const n = await db.prepare<[], number>(`SELECT count(*) FROM messages WHERE ${where}`).pluck().get()
    if (n) faults.push(`messages.${column}: ${n} kept without a grant`)
  }
  return answer(faults, 'nothing is kept after the outcome that no policy grants')
}
