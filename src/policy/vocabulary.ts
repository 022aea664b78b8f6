import type { EventField, EventKind, Grain, MessageGroup } from './policy.ts'
import { refusedWords, unseenWords } from './refused.ts'

/** What a word tells of: a table of the store has none of its own, a hit or a mail has. */
export type Entity = 'message' | 'recipient' | 'open' | 'click' | 'subject' | 'log' | 'aggregate'

/** What an erasure does to a value: it goes, it stays because it is nobody's, or it stays as the receipt says. */
export type ErasureEffect = 'destroyed' | 'nobody' | 'stays'

/**
 * Every word for something that the pipeline can observe or keep. `category` is a data category of fideslang 3.2, `dpv`
 * the nearest term of the W3C's Data Privacy Vocabulary 2.0 (`pd:` is https://w3id.org/dpv/pd#), or null for what is about
 * nobody. What is not here does not exist for a policy.
 */
export interface Word {
  readonly word: string
  readonly of: readonly Entity[]
  readonly category: string
  readonly dpv: string | null
  /** What observes it. */
  readonly seen: string
  readonly means: string
  readonly erasure: ErasureEffect
  /** Sealed at rest under a key of the person. */
  readonly sealed: boolean
}

const times: readonly Grain[] = ['second', 'minute', 'hour', 'day']
const plain: readonly Grain[] = ['value']

export interface EventWord extends Word {
  readonly word: EventField
  readonly kinds: readonly EventKind[]
  readonly grains: readonly Grain[]
  /** Whoever knows this also knows that: a promise never to record the one bars the other. */
  readonly implies?: EventField
}

const both: readonly EventKind[] = ['open', 'click']
const eventWord = (
  word: EventField,
  [category, dpv]: readonly [category: string, dpv: string],
  seen: string,
  means: string,
  special: Partial<Pick<EventWord, 'grains' | 'kinds' | 'implies'>> = {},
): EventWord => {
  const kinds = special.kinds ?? both
  // Coarse words under a pseudonym lie in clear: reports count them.
  const kept = { of: kinds, erasure: 'destroyed', sealed: false } as const
  return { grains: plain, ...special, word, category, dpv, seen, means, kinds, ...kept }
}

const agentSeen = 'the user agent, which is not kept'

export const eventWords: readonly EventWord[] = [
  eventWord('at', ['user.behavior', 'pd:ServiceConsumptionBehavior'], 'the clock of the tracker', 'the time', {
    grains: times,
  }),
  eventWord('link', ['user.behavior', 'pd:LinkClicked'], 'the token of the link', 'the number of the link', {
    kinds: ['click'],
  }),
  eventWord(
    'country',
    ['user.location.coarse', 'pd:Country'],
    'a country database, from an address that is not kept',
    'the country',
  ),
  eventWord(
    'region',
    ['user.location.coarse', 'pd:Region'],
    'a region database, from an address that is not kept',
    'the region',
    { implies: 'country' },
  ),
  eventWord('browser', ['user.device', 'pd:UserAgent'], agentSeen, 'the family of the mail program or browser'),
  eventWord('os', ['user.device', 'pd:DeviceOperatingSystem'], agentSeen, 'the family of the operating system'),
  eventWord('device', ['user.device', 'pd:DeviceBased'], agentSeen, 'the kind of device'),
  eventWord(
    'language',
    ['user.demographic.language', 'pd:Language'],
    'the request, first language only',
    'the preferred language',
  ),
  eventWord(
    'agent',
    ['user.device', 'pd:UserAgent'],
    'the classifier at the door',
    'whether a person or a machine made the request',
  ),
]

export interface MessageWord extends Word {
  readonly word: MessageGroup
}

const words =
  (of: readonly Entity[], erasure: ErasureEffect, sealed: boolean) =>
  <Name extends string>(word: Name, category: string, dpv: string | null, seen: string, means: string) => ({
    ...{ word, of, category, dpv, seen, means, erasure, sealed },
  })
const open = words(['message'], 'destroyed', false)
const sealed = words(['message'], 'destroyed', true)
const addressee = words(['message', 'recipient'], 'destroyed', true)

/** A mail that came back and a complaint are outcomes: class, code and time, for as long as the row. */
const deliveryMeans = 'purpose, times and outcome, and whether it came back or was reported as unwanted'

export const messageWords: readonly MessageWord[] = [
  open('delivery', 'system.operations', 'pd:CommunicationsMetadata', 'the mail server', deliveryMeans),
  addressee('recipient', 'user.contact.email', 'pd:EmailAddress', 'the application', 'the address and name'),
  sealed('subject', 'user.content.private', 'pd:EmailContent', 'the application', 'the subject line'),
  sealed('links', 'user.content.private', 'pd:EmailContent', 'the composer', 'the addresses behind the links'),
]

const known = words(['subject'], 'destroyed', false)
const nobody = (of: Entity) => words([of], 'nobody', false)

/** That there was a hit at all, which is the row itself. */
export const hitWords: Readonly<Record<EventKind, Word>> = {
  open: words(['open'], 'destroyed', false)(
    'open',
    'user.behavior',
    'pd:ServiceConsumptionBehavior',
    'the picture in the mail',
    'that a mail was opened',
  ),
  click: words(['click'], 'destroyed', false)(
    'click',
    'user.behavior',
    'pd:LinkClicked',
    'the link in the mail',
    'that a link was followed',
  ),
}

/** The date of the last open, which only the clause `hygiene` grants. */
export const lastOpen: Word = known(
  'last_open',
  'user.behavior',
  'pd:ServiceConsumptionBehavior',
  'the tracker',
  'the date of the last open',
)

/** What lies sealed from acceptance until the outcome, under a key of the mail, and is destroyed with it. */
export const contentWord: Word = sealed(
  'content',
  'user.content.private',
  'pd:EmailContent',
  'the application',
  'the content of a mail and its merge fields',
)

/** Words about the person, the log and the aggregates: kept whatever a policy says, and therefore shown in each notice. */
export const standingWords: readonly Word[] = [
  known('consent', 'user.privacy_preferences', 'pd:PrivacyPreference', 'the application', 'consents and withdrawals'),
  known('objection', 'user.privacy_preferences', 'pd:PrivacyPreference', 'the recipient', 'objections to a purpose'),
  words(['subject'], 'destroyed', true)(
    'address',
    'user.contact.email',
    'pd:EmailAddress',
    'the application',
    'the address that a consent belongs to',
  ),
  known('handle', 'user.unique_id', 'pd:UID', 'chance', 'a random number that stands for a person'),
  words(['subject'], 'stays', false)(
    'suppression',
    'user.unique_id',
    'pd:Identifier',
    'the recipient',
    'a keyed hash of who must get no mail',
  ),
  nobody('log')('log', 'system.operations', null, 'the server', 'codes, counts, durations and routes'),
  nobody('aggregate')('tally', 'system.operations', null, 'the record worker', 'counts by day and link'),
]

/** Every word that `never` may name. */
export const everyWord: readonly string[] = [
  ...eventWords.flatMap(({ word, kinds }) => [word, ...kinds.map((kind) => `${kind}.${word}`)]),
  ...['open', 'click'],
  ...messageWords.map(({ word }) => word),
  lastOpen.word,
  ...refusedWords.keys(),
  ...unseenWords.keys(),
]
