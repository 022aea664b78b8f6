import type { Policy } from '../../policy/policy.ts'
import type { LogNote } from '../ledger.ts'
import type { Cold } from './cold.ts'
import { asc, desc } from './drizzle.ts'
import { policies } from './schema.ts'
import type { Store } from './store.ts'

/** Versions of the policy, in the order in which they came into force; all of them stay, since tokens name them too. */
export function policyVersions({ db }: Store, cold: Cold) {
  const next = '(SELECT coalesce(max(enforced), 0) + 1 FROM policies)'
  const put = db.prepare(
    `INSERT INTO policies (number, name, digest, source, enforced) VALUES (?, ?, ?, ?, ${next})
     ON CONFLICT (number) DO UPDATE SET enforced = ${next}`,
  )
  const newest = async () => {
    const row = await cold
      .select({ number: policies.number })
      .from(policies)
      .orderBy(desc(policies.enforced))
      .limit(1)
      .get()
    return row?.number
  }
  return {
    /** Within a transaction. */
    enforce: async (
      { number, name, digest, source }: Policy,
      append: (note: LogNote) => Promise<void>,
    ): Promise<void> => {
      if ((await newest()) === number) return
      await put.run(number, name, digest, source)
      await append({ actor: 'lethe', action: 'policy_enforced', object: String(number) })
    },
    policySources: (): Promise<
      readonly { readonly number: number; readonly source: string; readonly turn: number }[]
    > =>
      cold
        .select({ number: policies.number, source: policies.source, turn: policies.enforced })
        .from(policies)
        .orderBy(asc(policies.enforced))
        .all(),
  }
}
