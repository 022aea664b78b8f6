import type * as data from '../store/schema.ts'
import { own, saying } from './column.ts'
import type { TableOf } from './tables.ts'

/** Who did what to which thing of ours. Names no person, so that an erasure has nothing to remove and no reason to cut it. */
export const audit_log: TableOf<typeof data.audit_log> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'sequence',
  expiry: null,
  columns: {
    sequence: own('operation', 'a missing entry is found', 'never'),
    at: own('operation', 'when it was done', 'never'),
    actor: saying('id', own('operation', 'which key did it', 'never')),
    action: saying('own words', own('operation', 'what was done', 'never')),
    object: saying(
      'id',
      own('operation', 'to which message, case, campaign, key or policy, by its random id', 'never'),
    ),
    reason: saying('own words', own('operation', 'why, where a right asks for a reason', 'never')),
    hash: own('operation', 'a changed entry is found, by a keyed hash', 'never'),
  },
}

export const api_keys: TableOf<typeof data.api_keys> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'id',
  expiry: null,
  columns: {
    id: saying('id', own('operation', 'naming the key in the audit log', 'never')),
    name: saying('own words', own('operation', 'the key, for people', 'never')),
    scopes: saying('words', own('operation', 'what the key may do', 'never')),
    hash: saying('secret', own('key', 'knowing the key again, by Argon2id; removed when it is revoked', 'never')),
    created_at: own('operation', 'when it was made', 'never'),
    revoked_at: own('operation', 'when it ended', 'never'),
  },
}
