import type * as data from '../store/schema.ts'
import { type Column, personal, saying, works } from './column.ts'
import type { TableOf } from './tables.ts'

const asked = (purpose: string): Column => personal('operation', purpose)

/** What a person asked for, and the receipt. One that need not find its person again names nobody, and is kept as proof. */
export const cases: TableOf<typeof data.cases> = {
  store: 'data',
  reach: { by: 'handle', column: 'handle' },
  id: 'id',
  expiry: { column: 'expires_on', unit: 'day' },
  columns: {
    id: asked('naming the case'),
    handle: personal('pseudonym', 'whose case it is'),
    right: asked('what was asked for'),
    status: asked('whether it was answered'),
    opened_at: asked('when it was asked for'),
    due_at: asked('by when it has to be answered'),
    closed_at: asked('when it was answered'),
    about: { ...personal('content', 'what a concern is about'), sealedBy: 'subject' },
    receipt: saying('own words', asked('the receipt: codes, counts and dates')),
    expires_on: works('when the proof of an answered case is over'),
  },
}

const mailed = { ...personal('contact', 'opening their data to them'), sealedBy: 'subject' } as const

/** Links to their own data that people were mailed, for an hour. */
export const mailed_links: TableOf<typeof data.mailed_links> = {
  store: 'data',
  reach: { by: 'handle', column: 'handle' },
  id: 'id',
  expiry: { column: 'expires_at', unit: 'milli' },
  columns: {
    id: works('each link once'),
    handle: personal('pseudonym', 'whose link it is'),
    kind: asked('what the link is for'),
    address: mailed,
    next_address: { ...mailed, purpose: 'the new address, until it is confirmed' },
    expires_at: works('when the link is over'),
  },
}

// Of somebody who is nobody any more: random bytes that no table gives a name to.
const remnant = (purpose: string): Column => ({ ...works(purpose), category: 'pseudonym', erasure: 'stays' })
const step = (purpose: string): Column => ({ ...works(purpose), ends: 'outcome', erasure: 'stays' })

/** Gone with the end of the erasure. */
export const erasures: TableOf<typeof data.erasures> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'id',
  expiry: null,
  columns: {
    id: step('which case it answers'),
    handle: { ...remnant('whose key and hits must go'), ends: 'outcome' },
    asked_at: step('when it was asked for'),
    told_at: step('when the stop-set knew'),
    rows_at: step('when the rows were gone'),
    removed: step('how many rows went'),
    in_flight: step('how many mails could not be called back'),
    keys_at: step('when the keys were gone'),
    store_at: step('when free pages and logs were gone'),
    queue_at: step('when the queue had let go'),
    queue_state: step('whether the queue was allowed to rewrite its log'),
  },
}

export const tombstones: TableOf<typeof data.tombstones> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'handle',
  expiry: { column: 'expires_on', unit: 'day' },
  columns: {
    handle: remnant('late work makes nothing of an erased person again'),
    expires_on: works('when no token of theirs could record any more'),
  },
}
