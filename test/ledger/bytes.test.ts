import Driver from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bytesOf } from '../../src/base/index.ts'
import type { Ledger } from '../../src/ledger/index.ts'
import { newFolder, openIn } from './folder.ts'
import { consentTo, handClock, permit, requestTo } from './mail.ts'
import { bookOf, policyOf } from './policies.ts'

const needles = ['needle-address', 'Needle-Name', 'Needle-Subject', 'Needle-Body', 'needle-merge']

describe('the bytes of the store', () => {
  const clock = handClock()
  let folder: ReturnType<typeof newFolder>
  let ledger: Ledger
  const use = async (policy: ReturnType<typeof policyOf>) => {
    const book = bookOf(policy)
    ledger = await openIn(folder, { policies: book, clock })
    await ledger.enforce(policy)
    const consents = [consentTo('insight', 'granted', clock.now())]
    const request = requestTo('needle-address@example.org', clock, { merge: { a: 'needle-merge' }, consents })
    await ledger.accept([permit(request, policy)])
    return request.id
  }
  const settle = async (id: string) => {
    const [claimed] = await ledger.claim([id], clock.now(), clock.now() + 60_000)
    const outcome = { id, fence: claimed!.fence, status: 'sent', reason: null } as const
    await ledger.settle([{ ...outcome, subject: 'Needle-Subject', links: ['https://x.org/needle-link'] }], clock.now())
  }
  const raw = <T>(read: (db: Driver.Database) => T, path = folder.store): T => {
    const db = new Driver(path, { readonly: true })
    const value = read(db)
    db.close()
    return value
  }
  const columns = (id: string) =>
    raw((db) => db.prepare<[Buffer], Record<string, unknown>>('SELECT * FROM messages WHERE id = ?').get(bytesOf(id))!)

  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(async () => {
    await ledger.close()
    folder.remove()
  })

  it('show no address, name, subject, body or merge value, before the outcome and after it', async () => {
    const id = await use(policyOf())
    for (const needle of needles) expect(folder.bytes().includes(needle), needle).toBe(false)
    await settle(id)
    for (const needle of [...needles, 'needle-link']) expect(folder.bytes().includes(needle), needle).toBe(false)
    // A control: what must be there in clear is found by the same search.
    expect(folder.bytes().includes('Yes, you may count')).toBe(true)
  })

  it('lose the ciphertext of content and its key with the outcome, once tidied', async () => {
    const id = await use(policyOf())
    const { content, merge } = columns(id) as { content: Buffer; merge: Buffer }
    const wrapped = raw((db) => db.prepare<[], Buffer>('SELECT wrapped FROM content_keys').pluck().get()!, folder.keys)
    for (const bytes of [content, merge, wrapped]) expect(folder.bytes().includes(bytes)).toBe(true)
    await settle(id)
    expect(await ledger.tidy()).toBe(true)
    for (const bytes of [content, merge, wrapped]) expect(folder.bytes().includes(bytes)).toBe(false)
  })

  it('keep after the outcome only the groups that the policy grants', async () => {
    const id = await use(policyOf({ groups: { delivery: 60, subject: 40 } }))
    await settle(id)
    expect(columns(id)).toMatchObject({ recipient: null, links: null, links_until: null, content: null, merge: null })
    expect(columns(id).subject).toBeInstanceOf(Buffer)
  })

  it('lose a person, key and all, when nothing of theirs is left', async () => {
    const id = await use(policyOf())
    const { recipient, handle } = columns(id) as { recipient: Buffer; handle: Buffer }
    const wrapped = raw((db) => db.prepare<[], Buffer>('SELECT wrapped FROM subject_keys').pluck().get()!, folder.keys)
    const theirs = [recipient, handle, wrapped]
    for (const bytes of theirs) expect(folder.bytes().includes(bytes)).toBe(true)
    await ledger.recordConsentOf(handle.toString('base64url'), consentTo('insight', 'withdrawn', clock.now() + 1))
    clock.passDays(200)
    await ledger.purge(clock.now(), { chunk: 10, dryRun: false })
    expect(await ledger.tidy()).toBe(true)
    for (const bytes of theirs) expect(folder.bytes().includes(bytes)).toBe(false)
  })

  it('of a refused stranger are a fact without a handle', async () => {
    await use(policyOf())
    const request = requestTo('stranger@example.org', clock)
    const standing = {
      suppressed: true,
      restricted: false,
      objected: new Set<string>(),
      consents: new Map(),
      source: null,
    }
    await ledger.accept([permit(request, policyOf(), standing)])
    expect(columns(request.id)).toMatchObject({ status: 'refused', handle: null, recipient: null, content: null })
    const people = raw((db) => db.prepare<[], number>('SELECT count(*) FROM subjects').pluck().get())
    expect(people).toBe(1)
  })
})
