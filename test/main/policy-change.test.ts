import { afterEach, describe, expect, it } from 'vitest'
import { newLog, parseAddress } from '../../src/base/index.ts'
import { fillBook, newBook } from '../../src/main/book.ts'
import { noticeNow } from '../../src/main/notice.ts'
import { newPolicyChange } from '../../src/main/policy-change.ts'
import { checkPolicy, loadPolicy, type Policy } from '../../src/policy/index.ts'
import { htmlOf, openSink } from '../journeys/sink.ts'
import { openScene } from '../sending/scene.ts'

const dayMillis = 86_400_000
let closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.reverse()) await close()
  closers = []
})

/** mailerplex, filled and changed by `more` (YAML of whole clauses). */
function variant(more: string): Policy {
  const text = `extends: mailerplex
effective: 2026-01-01
controller: { name: Riverside Courses, contact: privacy@riverside.example, address: 1 River Street }
processors: []
${more}`
  const { policy, faults } = checkPolicy(text, { path: 'test.yaml' })
  if (!policy) throw new Error(JSON.stringify(faults))
  return policy
}

const narrow = variant('keep: { messages: { delivery: P20D, recipient: P10D, subject: P10D, links: P10D } }')
const [base, short] = [loadPolicy('mailerplex'), narrow]

async function opened(
  first: Policy,
  then: Policy,
  atRecipient?: NonNullable<Parameters<typeof openSink>[0]>['atRecipient'],
) {
  const sink = await openSink(atRecipient ? { atRecipient } : {})
  const scene = await openScene({ smtp: sink.url, policy: first })
  closers.push(sink.close, scene.close)
  const start = async (configured: Policy, real = true) => {
    const book = newBook(configured)
    const wider = await fillBook(book, scene.ledger)
    scene.book.inForce = book.inForce
    for (const [number, policy] of book.all) scene.book.all.set(number, policy)
    const turn = book.turn.bind(book)
    book.turn = (policy) => {
      turn(policy)
      scene.book.inForce = policy
      scene.book.all.set(policy.number, policy)
    }
    const log = newLog((line) => void scene.lines.push(line), scene.clock)
    const change = newPolicyChange({ ...scene.needs, book, log, wider, real, publicUrl: 'http://127.0.0.1:8080' })
    await change.begin()
    return { book, change }
  }
  const mail = async (email: string) => {
    const body = { to: { email }, purpose: 'deliver', subject: 'Hi', text: 'Hello' }
    expect((await scene.call('POST', '/v1/messages', body)).json.status).toBe('queued')
    await scene.work()
  }
  return { ...scene, sink, start, mail, again: () => start(then) }
}

describe('a policy that allows more', () => {
  it('does not count at the start: the old one does, everywhere, and the page names the day', async () => {
    const { again, sink, mail, clock, work, ledger } = await opened(short, base)
    await mail('a@x.example')
    await mail('b@x.example')
    const { book, change } = await again()
    expect(book.inForce.number).toBe(short.number)
    expect(change.waiting).toMatchObject({ policy: { number: base.number }, from: null })

    await change.advance()
    await work()
    await ledger.finishCampaigns(clock.now())
    const notices = sink.mails.slice(2)
    expect(notices.map(({ to }) => to).sort()).toEqual(['a@x.example', 'b@x.example'])
    expect(htmlOf(notices[0]!.raw)).toMatch(/changes its privacy policy[\s\S]*\/privacy/)
    expect(htmlOf(notices[0]!.raw)).not.toMatch(/\/o\/|\/c\//)
    await change.advance()
    await change.advance()
    await work()
    expect(sink.mails).toHaveLength(4)
    const page = noticeNow(book, change)
    expect(page.digest).toBe(short.digest)
    expect(page.pending).toMatchObject({ digest: base.digest, from: change.waiting?.from })
    expect(page.pending?.from).toMatch(/^\d{4}-\d\d-\d\d$/)

    clock.time += (short.changes.noticeDays - 1) * dayMillis
    await change.advance()
    expect(book.inForce.number).toBe(short.number)
    clock.time += 2 * dayMillis
    await change.advance()
    expect(book.inForce.number).toBe(base.number)
    expect(noticeNow(book, change)).toMatchObject({ digest: base.digest, pending: null })
    expect((await again()).book.inForce.number).toBe(base.number)
  })

  it('counts after a restart once its time has come, and goes on waiting through restarts before', async () => {
    const { again, start, mail, work, clock, ledger } = await opened(short, base)
    await mail('a@x.example')
    const first = await again()
    await first.change.advance()
    await work()
    await ledger.finishCampaigns(clock.now())
    await first.change.advance()
    clock.time += 5 * dayMillis
    expect((await again()).book.inForce.number).toBe(short.number)
    clock.time += short.changes.noticeDays * dayMillis
    // A rehearsal on real data changes nothing for good.
    expect((await start(base, false)).book.inForce.number).toBe(short.number)
    expect((await again()).book.inForce.number).toBe(base.number)
  })

  it('goes on waiting while the notice reaches nobody', async () => {
    const { again, mail, work, clock, ledger, sink } = await opened(short, base, (to) =>
      refuse ? { code: 451, text: `4.3.0 ${to} later` } : null,
    )
    let refuse = false
    await mail('a@x.example')
    refuse = true
    const { book, change } = await again()
    await change.advance()
    await work()
    clock.time += 4 * dayMillis
    await work()
    await ledger.finishCampaigns(clock.now())
    await change.advance()
    expect(sink.mails).toHaveLength(1)
    clock.time += 90 * dayMillis
    await change.advance()
    expect(book.inForce.number).toBe(short.number)
    expect((await ledger.pendingPolicy())?.announcedAt).toBeNull()
  })

  it('is told also to somebody who wants no news, and to somebody restricted', async () => {
    const { again, mail, work, call, sink, ledger } = await opened(short, base)
    await mail('a@x.example')
    await mail('b@x.example')
    await ledger.restrict(parseAddress('b@x.example')!, true)
    const no = { email: 'a@x.example', purpose: 'campaign', state: 'withdrawn', source: 'form', wording: 'no' }
    await call('POST', '/v1/consents', { ...no, at: '2026-02-01T00:00:00Z' })
    const { change } = await again()
    await change.advance()
    await work()
    expect(sink.mails.map(({ to }) => to[0]).sort()).toEqual(['a', 'a', 'b', 'b'])
  })

  it('is forgotten when the configuration goes back', async () => {
    const { again, start, ledger } = await opened(short, base)
    await again()
    expect(await ledger.pendingPolicy()).not.toBeNull()
    const { book, change } = await start(short)
    expect([book.inForce.number, change.waiting]).toEqual([short.number, null])
    expect(await ledger.pendingPolicy()).toBeNull()
  })
})

describe('a policy that allows less', () => {
  it('counts at once, and reaches what is stored', async () => {
    const { again, mail, ledger, clock, lines } = await opened(loadPolicy('mailerplex'), short)
    await mail('a@x.example')
    const { book, change } = await again()
    expect([book.inForce.number, change.waiting]).toEqual([short.number, null])
    expect(lines.join('')).toContain('retightened')
    clock.time += 21 * dayMillis
    const purged = await ledger.purge(clock.now(), { chunk: 10, dryRun: false })
    expect(purged).toContainEqual({ what: 'messages', count: 1 })
  })
})
