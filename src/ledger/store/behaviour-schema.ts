import { traits } from '../views.ts'
import { integer, primaryKey, sqliteTable, text } from './drizzle.ts'
import { bytes } from './half-schema.ts'

/** What was recorded of hits, and what was counted of them. */
export const events = sqliteTable('events', {
  id: bytes('id').notNull(),
  message: bytes('message').notNull(),
  kind: text('kind', { enum: ['open', 'click'] }).notNull(),
  policy: integer('policy').notNull(),
  expires_on: integer('expires_on').notNull(),
  at: integer('at'),
  link: integer('link'),
  country: text('country'),
  region: text('region'),
  browser: text('browser'),
  os: text('os'),
  device: text('device'),
  language: text('language'),
  agent: text('agent'),
  rules: integer('rules'),
})

export const seen_events = sqliteTable('seen_events', {
  id: bytes('id').primaryKey(),
  expires_on: integer('expires_on').notNull(),
})

export const tallies = sqliteTable(
  'tallies',
  {
    campaign: bytes('campaign').notNull(),
    day: integer('day').notNull(),
    kind: text('kind', { enum: ['open', 'click'] }).notNull(),
    link: integer('link').notNull(),
    class: text('class', { enum: ['person', 'machine'] }).notNull(),
    estimated: integer('estimated').notNull(),
    count: integer('count').notNull(),
    people: integer('people').notNull(),
    shown: integer('shown').notNull(),
    shown_people: integer('shown_people').notNull(),
    rest: integer('rest').notNull(),
    expires_on: integer('expires_on').notNull(),
  },
  ({ campaign, kind, link, class: sort, estimated, day }) => [
    primaryKey({ columns: [campaign, kind, link, sort, estimated, day] }),
  ],
)

export const cohorts = sqliteTable(
  'cohorts',
  {
    campaign: bytes('campaign').notNull(),
    day: integer('day').notNull(),
    kind: text('kind', { enum: ['open', 'click'] }).notNull(),
    class: text('class', { enum: ['person', 'machine'] }).notNull(),
    estimated: integer('estimated').notNull(),
    trait: text('trait', { enum: traits }).notNull(),
    value: text('value').notNull(),
    people: integer('people').notNull(),
    shown: integer('shown').notNull(),
    expires_on: integer('expires_on').notNull(),
  },
  ({ campaign, kind, class: sort, estimated, day, trait, value }) => [
    primaryKey({ columns: [campaign, kind, sort, estimated, day, trait, value] }),
  ],
)
