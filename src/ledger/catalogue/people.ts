import type * as data from '../store/schema.ts'
import { type Column, own, personal, saying, works } from './column.ts'
import type { TableOf } from './tables.ts'

const unreferenced = { ends: 'unreferenced' } as const
const stays: Column = { ...personal('pseudonym', 'staying silent'), ends: 'never', erasure: 'stays' }

/** A person is kept for as long as a message, a consent or an objection names them, and no longer. */
export const subjects: TableOf<typeof data.subjects> = {
  store: 'data',
  reach: { by: 'handle', column: 'handle' },
  id: 'handle',
  expiry: null,
  columns: {
    handle: { ...personal('pseudonym', 'tying a person to their rows'), ...unreferenced },
    address_index: { ...personal('pseudonym', 'finding a person by address, by a keyed hash'), ...unreferenced },
    address: { ...personal('contact', 'whose consent it is'), ...unreferenced, sealedBy: 'subject' },
    stop: { ...personal('pseudonym', 'suppression when asked for'), ...unreferenced, sealedBy: 'subject' },
    state: { ...personal('operation', 'restriction of processing'), ...unreferenced },
    last_open: { ...personal('behaviour', 'whether mail is still read'), ends: 'group' },
    last_open_until: works('when the date of the last open must be gone'),
    source: saying('once a purpose', {
      ...personal('operation', 'what the address was first given for'),
      ...unreferenced,
    }),
  },
}

export const consents: TableOf<typeof data.consents> = {
  store: 'data',
  reach: { by: 'handle', column: 'handle' },
  id: 'id',
  expiry: { column: 'expires_on', unit: 'day' },
  columns: {
    id: personal('consent', 'the number on the receipt'),
    handle: personal('pseudonym', 'whose consent it is'),
    purpose: saying('once a purpose', personal('consent', 'what was consented to')),
    state: personal('consent', 'granted or withdrawn'),
    decided_at: personal('consent', 'when it was decided'),
    source: personal('consent', 'how it came to us, one word of a list'),
    wording: saying('digest', personal('consent', 'what was read when deciding')),
    requested_at: personal('consent', 'when a confirmed consent was asked for'),
    policy: personal('consent', 'which version of the policy it was given under'),
    expires_on: works('when the proof of an ended consent is over'),
  },
}

/** Consents that their owner has not confirmed yet: they grant nothing, and go after the policy's days. */
export const requests: TableOf<typeof data.requests> = {
  store: 'data',
  reach: { by: 'handle', column: 'handle' },
  id: 'id',
  expiry: { column: 'expires_on', unit: 'day' },
  columns: {
    id: personal('consent', 'what the link in the confirmation mail names'),
    handle: personal('pseudonym', 'whose request it is'),
    purpose: saying('purpose', personal('consent', 'what is to be consented to')),
    requested_at: personal('consent', 'when it was asked for'),
    wording: saying('digest', personal('consent', 'what was read when asking')),
    policy: personal('consent', 'which version of the policy it was asked under'),
    address: { ...personal('contact', 'whose consent it becomes'), sealedBy: 'subject' },
    mail: personal('pseudonym', 'the mail that asks for the confirmation'),
    mailed_at: personal('operation', 'no second mail within a day'),
    expires_on: works('when an unconfirmed request is deleted'),
  },
}

/** The texts that people agreed to: published, the same for all, stored once. */
export const wordings: TableOf<typeof data.wordings> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'digest',
  expiry: null,
  columns: {
    digest: saying('digest', own('consent', 'naming a wording', 'unreferenced')),
    text: saying('own words', own('consent', 'what was read when deciding', 'unreferenced')),
  },
}

export const objections: TableOf<typeof data.objections> = {
  store: 'data',
  reach: { by: 'handle', column: 'handle' },
  id: 'handle',
  expiry: null,
  columns: {
    handle: { ...personal('pseudonym', 'who objected'), ...unreferenced },
    purpose: saying('once a purpose', { ...personal('consent', 'to what'), ...unreferenced }),
  },
}

/** What remains of a person who must not be written to: receipts name it. */
export const suppressions: TableOf<typeof data.suppressions> = {
  store: 'data',
  reach: { by: 'suppression' },
  id: 'hash',
  expiry: null,
  columns: {
    hash: stays,
    purpose: saying('once a purpose', stays),
    mark: { ...stays, purpose: 'that the entry is ours, and who may lift it; unreadable without the key of the list' },
  },
}
