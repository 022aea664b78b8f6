import { afterEach, beforeEach } from 'vitest'
import { type Clock, newId } from '../../../src/base/index.ts'
import type { SendRequest } from '../../../src/gate/index.ts'
import type { Claimed, Ledger, Outcome } from '../../../src/ledger/index.ts'
import type { PolicyBook } from '../../../src/policy/policy.ts'
import { handClock, permit, requestTo } from '../../ledger/mail.ts'
import { bookOf, policyOf } from '../../ledger/policies.ts'

export interface OpenedLedger {
  readonly ledger: Ledger
  dispose(): Promise<void>
}

export type OpenLedger = (given: { readonly policies: PolicyBook; readonly clock: Clock }) => Promise<OpenedLedger>

export const minute = 60_000

/** A fresh store before each test, and the few moves that most tests make on it. */
export function stageOf(open: OpenLedger) {
  const clock = handClock()
  const book = bookOf(policyOf())
  let opened: OpenedLedger
  // Stands for the store of the test that runs, so that tests can be written in files of their own.
  const ledger = new Proxy({} as Ledger, { get: (_none, verb) => Reflect.get(opened.ledger, verb) })

  beforeEach(async () => {
    clock.reset()
    book.all.clear()
    book.turn(policyOf())
    opened = await open({ policies: book, clock })
    await ledger.enforce(book.inForce)
  })
  afterEach(() => opened.dispose())

  const send = async (to: string, given: Partial<SendRequest> = {}) => {
    const request = requestTo(to, clock, given)
    const [standing] = await ledger.standings([request.to])
    const [accepted] = await ledger.accept([permit(request, book.inForce, standing)])
    return accepted!
  }
  const claimOne = async (id: string): Promise<Claimed> => {
    const [claimed] = await ledger.claim([id], clock.now(), clock.now() + minute)
    return claimed!
  }
  const sent = (claimed: Claimed, more: Partial<Outcome> = {}): Outcome => ({
    ...{ id: claimed.id, fence: claimed.fence, status: 'sent', reason: null, subject: 'Hello' },
    ...{ links: ['https://example.org/x'] },
    ...more,
  })
  const sendThrough = async (to: string, given: Partial<SendRequest> = {}) => {
    const accepted = await send(to, given)
    const claimed = await claimOne(accepted.id)
    await ledger.settle([sent(claimed)], clock.now())
    return { ...claimed, handle: accepted.handle! }
  }
  const campaignOf = async (start = true) => {
    const id = newId()
    const content = { subject: 'News for {{name}}', html: '<p>News</p>', text: null, attachments: [] }
    const facts = {
      id,
      name: 'Spring',
      purpose: 'campaign',
      from: 'news@example.com',
      replyTo: null,
      content,
      links: 0,
    }
    await ledger.createCampaign({ ...facts, policy: book.inForce.number, createdAt: clock.now() })
    if (start) await ledger.moveCampaign(id, 'running', clock.now())
    return id
  }
  const inCampaign = (campaign: string) => ({ campaign, purpose: 'campaign', content: null, from: null })
  const purge = (dryRun = false) => ledger.purge(clock.now(), { chunk: 2, dryRun })
  const purged = async (what: string, dryRun = false) => (await purge(dryRun)).find((line) => line.what === what)?.count

  return { ledger, clock, book, send, claimOne, sent, sendThrough, campaignOf, inCampaign, purge, purged }
}

export type Stage = ReturnType<typeof stageOf>
