import type * as data from '../store/schema.ts'
import { type Column, own, personal, saying, works } from './column.ts'
import type { TableOf } from './tables.ts'

const delivery = (purpose: string): Column => ({ ...personal('delivery', purpose), group: 'delivery' })
const outcome = { ends: 'outcome', sealedBy: 'content' } as const
const group = (name: 'recipient' | 'subject' | 'links') => ({ ends: 'group', group: name }) as const

export const messages: TableOf<typeof data.messages> = {
  store: 'data',
  reach: { by: 'handle', column: 'handle' },
  id: 'id',
  expiry: { column: 'expires_on', unit: 'day' },
  columns: {
    id: personal('pseudonym', 'naming the message'),
    campaign: delivery('which campaign it belongs to'),
    handle: personal('pseudonym', 'whose message it is'),
    purpose: saying('purpose', delivery('what it was sent for')),
    policy: delivery('which promises it was accepted under'),
    status: delivery('what became of it'),
    reason: saying('code', delivery('why, in a code of our own')),
    attempts: works('retries'),
    next_attempt_at: works('retries'),
    windowed_until: works('each message in one window'),
    lease_until: works('each message with one worker'),
    fence: works('a worker that lost its lease changes nothing'),
    handed_over: works('whether an unknown outcome is possible'),
    uncertain: delivery('outcomes that nobody learned'),
    opens: delivery('whether opens may be recorded'),
    clicks: delivery('whether clicks may be recorded'),
    plan_reason: delivery('why they may, or may not'),
    accepted_on: works('counting the days of every promise'),
    accepted_at: delivery('when it was accepted'),
    sent_at: delivery('when it was sent'),
    expires_on: works('when the row must be gone'),
    content: { ...personal('content', 'sending'), ...outcome },
    merge: { ...personal('content', 'sending'), ...outcome },
    recipient: { ...personal('contact', 'whom it was sent to'), ...group('recipient'), sealedBy: 'subject' },
    recipient_until: works('when the recipient must be gone'),
    subject: { ...personal('content', 'which mail it was'), ...group('subject'), sealedBy: 'subject' },
    subject_until: works('when the subject line must be gone'),
    links: { ...personal('content', 'which link a click was on'), ...group('links'), sealedBy: 'subject' },
    links_until: works('when the links must be gone'),
    bounced_at: delivery('when it came back'),
    complained_at: delivery('when its reader reported it as unwanted'),
  },
}

export const campaigns: TableOf<typeof data.campaigns> = {
  store: 'data',
  reach: { by: 'nobody' },
  id: 'id',
  expiry: { column: 'expires_on', unit: 'day' },
  columns: {
    id: own('operation', 'naming the campaign'),
    name: saying('own words', own('operation', 'the campaign, for people')),
    purpose: saying('purpose', own('operation', 'what it is sent for')),
    status: own('operation', 'whether it runs'),
    content: { ...own('content', 'sending', 'outcome'), sealedBy: 'content' },
    policy: own('operation', 'which promises it was made under'),
    created_at: own('operation', 'when it was made'),
    expires_on: works('when the row must be gone'),
    links: own('operation', 'how many links its content has'),
    start_at: own('operation', 'when it begins by itself'),
  },
}
