import type * as data from '../store/schema.ts'
import { own, personal, saying, works } from './column.ts'
import type { TableOf } from './tables.ts'

const keeps = { ends: 'never', erasure: 'nobody' } as const

export const migrations: TableOf<typeof data.migrations> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'number',
  expiry: null,
  columns: {
    number: { ...works('which changes of the schema were made'), ...keeps },
    digest: saying('digest', { ...works('a changed migration is found'), ...keeps }),
  },
}

export const meta: TableOf<typeof data.meta> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'name',
  expiry: null,
  columns: {
    name: { ...works('the name of a setting of the file'), ...keeps },
    value: {
      ...works(
        'which key store belongs to which store; when the last purge ended; how far the list of erasures was followed',
      ),
      ...keeps,
    },
  },
}

/** Published texts: tokens and rows name them by number for as long as they live. */
export const policies: TableOf<typeof data.policies> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'number',
  expiry: null,
  columns: {
    number: own('operation', 'rows name the policy they were made under', 'never'),
    name: saying('own words', own('operation', 'the policy, for people', 'never')),
    digest: saying('digest', own('operation', 'the policy, for machines', 'never')),
    source: saying('published', own('operation', 'compiling an earlier version again', 'never')),
    enforced: own('operation', 'which version is the newest', 'never'),
  },
}

/** A wider policy that waits for its notice; a published text, like the others. */
export const pending_policy: TableOf<typeof data.pending_policy> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'number',
  expiry: null,
  columns: {
    number: own('operation', 'which policy waits', 'never'),
    name: saying('own words', own('operation', 'the policy, for people', 'never')),
    digest: saying('digest', own('operation', 'the policy, for machines', 'never')),
    source: saying('published', own('operation', 'compiling it when its day has come', 'never')),
    proposed_at: own('operation', 'since when it waits', 'never'),
    campaign: own('operation', 'the mail that tells people of it', 'never'),
    announced_at: own('operation', 'when people had been told', 'never'),
  },
}

/** Answers that a repeated request gets again, for a day. */
export const idempotency: TableOf<typeof data.idempotency> = {
  store: 'data',
  reach: { by: 'message', column: 'message' },
  id: 'key',
  expiry: { column: 'expires_at', unit: 'milli' },
  columns: {
    key: works('a repeated request is known again, by a keyed hash'),
    body: works('another body under the same key is a conflict, by a keyed hash'),
    message: personal('pseudonym', 'the same answer again'),
    expires_at: works('when the answer is forgotten'),
  },
}
