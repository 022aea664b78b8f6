import { answer, type Check } from './answer.ts'

/** Live tables and columns against the catalogue, both ways. */
export const columnsAgree: Check = async ({ engine }) => answer(await engine.drift(), 'every column is catalogued')

/** The settings under which a deleted value is gone. */
export const settings: Check = async ({ engine }) =>
  answer(await engine.settings(), 'what is deleted is overwritten and given back')

/** Rows name policies by number: one that nobody knows cannot be held to anything. */
export const policiesKnown: Check = async ({ db }, policy) => {
  const unknown = await db
    .prepare<[], number>(
      `SELECT (SELECT count(*) FROM messages WHERE policy NOT IN (SELECT number FROM policies))
            + (SELECT count(*) FROM events WHERE policy NOT IN (SELECT number FROM policies))
            + (SELECT count(*) FROM campaigns WHERE policy NOT IN (SELECT number FROM policies)) AS unknown`,
    )
    .pluck()
    .get()
  // None at all where the store was opened and nothing was ever run on it.
  const kept = await db
    .prepare<[], { readonly number: number; readonly digest: string }>(
      'SELECT number, digest FROM policies ORDER BY enforced DESC LIMIT 1',
    )
    .get()
  const faults = unknown ? [`${unknown} rows name a policy that is not kept`] : []
  if (kept && kept.digest !== policy.digest)
    faults.push('the policy in force here is not the one that the store keeps as such')
  return answer(faults, 'every row names a known policy, and the newest is in force')
}
