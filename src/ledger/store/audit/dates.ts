import { dayMillis, dayOf } from '../../../base/index.ts'
import { type EventKind, recordingEnds } from '../../../policy/policy.ts'
import { answer, type Check } from './answer.ts'

const hourMillis = 3_600_000
/** Later than any day. */
const never = Number.MAX_SAFE_INTEGER
const kinds: readonly EventKind[] = ['open', 'click']

/**
 * The dates on rows other than messages: none may end later than what was promised when it was made, which is at the latest
 * today. A row with a date too late would be held by the purge in good faith.
 */
export const datesPromised: Check = async ({ db, policies }, policy, now) => {
  const today = dayOf(now)
  const { tallies, consentDays } = policy
  const faults: string[] = []
  const look = async (table: string, where: string): Promise<void> => {
    const n = await db.prepare<[], number>(`SELECT count(*) FROM ${table} WHERE ${where}`).pluck().get()
    if (n) faults.push(`${table}: ${n} end later than promised`)
  }
  const notAfter = (day: string): string => `CASE WHEN ${day} < ${today} THEN ${day} ELSE ${today} END`
  // Numbers in the SQL are the policies' own.
  for (const each of policies.all.values()) {
    for (const kind of kinds) {
      const made = notAfter(`at / ${dayMillis}`)
      const days = each.events[kind].retentionDays
      await look('events', `policy = ${each.number} AND kind = '${kind}' AND expires_on > ${made} + ${days}`)
    }
  }
  // The row of the days with few people is dated before the first of them.
  await look('tallies', tallies ? `expires_on > day + rest + ${tallies.retentionDays}` : 'true')
  await look('cohorts', tallies ? `expires_on > day + ${tallies.retentionDays}` : 'true')
  const longest = Math.max(...[...policies.all.values(), policy].map((each) => each.consentDays), consentDays)
  await look('consents', `expires_on > ${today + longest}`)
  await look('tombstones', `expires_on > ${recordingEnds(policies, today)}`)
  await look('cases', `expires_on > ${today + longest} OR (status = 'done' AND expires_on IS NULL)`)
  const waits = Math.max(...[...policies.all.values(), policy].map((each) => each.unconfirmedDays))
  await look('requests', `expires_on > ${today + waits}`)
  const kept = Math.max(...[...policies.all.values(), policy].map(({ hygiene }) => hygiene?.retentionDays ?? 0))
  await look(
    'subjects',
    `last_open IS NOT NULL AND coalesce(last_open_until, ${never}) > ${notAfter('last_open')} + ${kept}`,
  )
  // An hour, and another one in which they may be made while this goes on.
  await look('mailed_links', `expires_at > ${now + 2 * hourMillis}`)
  await look('idempotency', `expires_at > ${now + dayMillis}`)
  return answer(faults, 'no event, count, consent, case, link or tombstone ends later than promised')
}
