import type * as data from '../store/schema.ts'
import { own, saying, works } from './column.ts'
import type { TableOf } from './tables.ts'

/** How mails are worded. Whom they are for and what they are filled with is no part of a template. */
export const mail_templates: TableOf<typeof data.mail_templates> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'digest',
  expiry: { column: 'expires_on', unit: 'day' },
  columns: {
    name: saying('own words', own('operation', 'the template, for people and for callers')),
    digest: saying('digest', own('operation', 'the version of a template')),
    source: saying('published', own('content', 'composing mails')),
    stored_at: own('operation', 'when it was put'),
    expires_on: { ...works('when a replaced version must be gone'), erasure: 'nobody' },
  },
}
