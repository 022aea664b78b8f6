import type * as data from '../store/schema.ts'
import { own, saying, works } from './column.ts'
import type { TableOf } from './tables.ts'

/** How certificates look. Values of people are no part of a template: they come with a message and go with its outcome. */
export const certificate_templates: TableOf<typeof data.certificate_templates> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'digest',
  expiry: { column: 'expires_on', unit: 'day' },
  columns: {
    digest: saying('digest', own('operation', 'queued mails name the template that they were accepted with')),
    name: saying('own words', own('operation', 'the template, for people')),
    bundle: own('content', 'drawing certificates'),
    stored_at: own('operation', 'when it was put'),
    expires_on: { ...works('when a replaced template must be gone'), erasure: 'nobody' },
  },
}

/** A number on a sheet of paper. Which person holds it is written nowhere but there. */
export const certificate_revocations: TableOf<typeof data.certificate_revocations> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'id',
  expiry: null,
  columns: {
    id: own('operation', 'which certificate is no longer vouched for', 'never'),
    revoked_at: own('operation', 'since when', 'never'),
  },
}
