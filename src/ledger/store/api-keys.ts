import type { ApiKeyFacts } from '../ledger.ts'
import type { Store } from './store.ts'

interface Row {
  readonly id: string
  readonly name: string
  readonly scopes: string
  readonly hash: string | null
  readonly created_at: number
  readonly revoked_at: number | null
}

const columns = 'id, name, scopes, hash, created_at, revoked_at'

/** Keys of applications and people, read anew at each request: a revoked one is refused from that moment on. */
export function apiKeys({ db }: Store) {
  const insert = db.prepare(`INSERT INTO api_keys (${columns}) VALUES (?, ?, ?, ?, ?, NULL)`)
  const get = db.prepare<[string], Row>(`SELECT ${columns} FROM api_keys WHERE id = ?`)
  const all = db.prepare<[], Row>(`SELECT ${columns} FROM api_keys ORDER BY created_at, id`)
  const revoke = db.prepare('UPDATE api_keys SET revoked_at = ?, hash = NULL WHERE id = ? AND revoked_at IS NULL')

  return {
    addApiKey: async ({ id, name, scopes, hash, createdAt }: ApiKeyFacts): Promise<void> => {
      await insert.run(id, name, scopes.join(' '), hash, createdAt)
    },
    apiKey: async (id: string): Promise<ApiKeyFacts | null> => {
      const row = await get.get(id)
      return row ? factsOf(row) : null
    },
    apiKeys: async (): Promise<readonly ApiKeyFacts[]> => (await all.all()).map(factsOf),
    revokeApiKey: async (id: string, now: number): Promise<boolean> => (await revoke.run(now, id)).changes === 1,
  }
}

const factsOf = (row: Row): ApiKeyFacts => ({
  id: row.id,
  name: row.name,
  scopes: row.scopes.split(' '),
  hash: row.hash,
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
})
