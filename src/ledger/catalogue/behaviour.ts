import type * as data from '../store/schema.ts'
import { type Column, personal, saying, works } from './column.ts'
import type { TableOf } from './tables.ts'

const seen = (purpose: string): Column => personal('behaviour', purpose)
const counted = (purpose: string): Column => ({
  category: 'aggregate',
  whose: 'nobody',
  purpose,
  ends: 'row',
  erasure: 'nobody',
})

/** One hit, as the policy granted it. Coarse words under a pseudonym, in clear: reports count them. */
export const events: TableOf<typeof data.events> = {
  store: 'data',
  reach: { by: 'message', column: 'message' },
  id: 'id',
  expiry: { column: 'expires_on', unit: 'day' },
  columns: {
    id: works('each hit is recorded once'),
    message: personal('pseudonym', 'which message was opened'),
    kind: seen('an open or a click'),
    policy: seen('which promises it was recorded under'),
    expires_on: works('when the row must be gone'),
    at: seen('when, as finely as granted'),
    link: seen('which link, by its ordinal'),
    country: saying('country', seen('where from')),
    region: saying('region', seen('where from')),
    browser: saying('name', seen('with what')),
    os: saying('name', seen('with what')),
    device: saying('word', seen('with what')),
    language: saying('language', seen('in which language')),
    agent: saying('word', seen('a person or a machine')),
    rules: seen('by which set of rules, as a number'),
  },
}

export const seen_events: TableOf<typeof data.seen_events> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'id',
  expiry: { column: 'expires_on', unit: 'day' },
  columns: {
    id: { ...works('a hit that is only counted is counted once'), erasure: 'nobody' },
    expires_on: { ...works('when the id is forgotten'), erasure: 'nobody' },
  },
}

export const tallies: TableOf<typeof data.tallies> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'campaign',
  expiry: { column: 'expires_on', unit: 'day' },
  columns: {
    campaign: counted('what was counted'),
    day: counted('when'),
    kind: counted('opens or clicks'),
    link: counted('which link, by its ordinal; 0 for all of them'),
    class: counted('people or machines'),
    estimated: counted('whether people are told apart for a day only'),
    count: counted('how many hits'),
    people: counted('how many people'),
    shown: counted('how many hits stand behind enough people to be shown'),
    shown_people: counted('how many people are enough to be shown'),
    rest: counted('whether it stands for several days with few people'),
    expires_on: counted('when the row must be gone'),
  },
}

export const cohorts: TableOf<typeof data.cohorts> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'campaign',
  expiry: { column: 'expires_on', unit: 'day' },
  columns: {
    campaign: counted('what was counted'),
    day: counted('when; the first day where people are told apart over all'),
    kind: counted('opens or clicks'),
    class: counted('people or machines'),
    estimated: counted('whether people are told apart for a day only'),
    trait: counted('by what people are counted'),
    value: saying('trait', counted('what they share')),
    people: counted('how many people'),
    shown: counted('how many people are enough to be shown'),
    expires_on: counted('when the row must be gone'),
  },
}
