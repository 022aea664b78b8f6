import type * as keys from '../store/key-schema.ts'
import { personal, saying, type Table, works } from './column.ts'
import { meta, migrations } from './house.ts'
import type { TableOf } from './tables.ts'

const stays = { ends: 'never', erasure: 'nobody' } as const

const root_keys: TableOf<typeof keys.root_keys> = {
  store: 'keys',
  reach: { by: 'nobody' },
  id: 'name',
  expiry: null,
  columns: {
    name: { ...works('the index key, the suppression key or the audit log’s key'), ...stays },
    operator: saying('own words', { ...works('which operator key wraps it'), ...stays }),
    wrapped: { ...works('keyed hashes'), ...stays, category: 'key', sealedBy: 'operator' },
  },
}

const subject_keys: TableOf<typeof keys.subject_keys> = {
  store: 'keys',
  reach: { by: 'handle', column: 'handle' },
  id: 'handle',
  expiry: null,
  columns: {
    handle: { ...personal('pseudonym', 'whose key it is'), ends: 'unreferenced' },
    epoch: { ...works('which epoch key wraps it'), ends: 'unreferenced' },
    wrapped: { ...personal('key', 'sealing what is theirs'), ends: 'unreferenced', sealedBy: 'epoch' },
  },
}

const content_keys: TableOf<typeof keys.content_keys> = {
  store: 'keys',
  reach: { by: 'message', column: 'id' },
  id: 'id',
  expiry: null,
  columns: {
    id: { ...personal('pseudonym', 'which message or campaign it seals'), ends: 'outcome' },
    epoch: { ...works('which epoch key wraps it'), ends: 'outcome' },
    wrapped: { ...personal('key', 'sealing content until the outcome'), ends: 'outcome', sealedBy: 'epoch' },
  },
}

export const keyCatalogue = {
  migrations: { ...migrations, store: 'keys' },
  meta: { ...meta, store: 'keys' },
  root_keys,
  subject_keys,
  content_keys,
} as const satisfies { readonly [name in keyof typeof keys]: Table }
