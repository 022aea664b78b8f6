/** What the hot verbs cost by themselves, by engine and by how many work beside each other. */
import { join } from 'node:path'
import { type Id, newId } from '../src/base/index.ts'
import { type Ledger, openLedger } from '../src/ledger/index.ts'
import { operatorKey, scratch } from './child.ts'
import { book, hitOn, mailTo, policy } from './permitted.ts'

export interface StoreRow {
  readonly what: string
  /** Of one piece: processor time of this process, and pieces a second on the wall. */
  readonly verbs: Readonly<Record<Verb, { readonly micros: number; readonly perSecond: number }>>
}

type Verb = 'accept' | 'claim' | 'settle' | 'record'
const batches = { accept: 500, claim: 50, settle: 50, record: 200 } as const satisfies Readonly<Record<Verb, number>>

const inBatches = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

/** Each batch once, `workers` at a time. */
async function measured<T>(items: readonly T[], size: number, workers: number, work: (some: readonly T[]) => unknown) {
  const waiting = [...inBatches(items, size)]
  const before = process.cpuUsage()
  const began = performance.now()
  const worker = async () => {
    for (let some = waiting.shift(); some; some = waiting.shift()) await work(some)
  }
  await Promise.all(Array.from({ length: workers }, worker))
  const { user, system } = process.cpuUsage(before)
  return { micros: (user + system) / items.length, perSecond: (items.length / (performance.now() - began)) * 1000 }
}

/** One campaign of `count` mails from acceptance to the hits of its readers. */
async function campaignOf(ledger: Ledger, count: number, workers: number): Promise<StoreRow['verbs']> {
  const id = newId()
  const facts = { id, name: 'Bench', purpose: 'deliver', from: null, replyTo: null, links: 1, policy: policy.number }
  const content = { subject: 'Hello', html: '<p>Hello</p>', text: null, attachments: [] }
  await ledger.createCampaign({ ...facts, content, createdAt: Date.now() })
  await ledger.moveCampaign(id, 'running', Date.now())

  const mails = Array.from({ length: count }, (_, index) => mailTo(`r${index}.${id}@bench.example`, id))
  const ids: Id[] = []
  const accept = await measured(mails, batches.accept, workers, async (some) => {
    for (const each of await ledger.accept(some)) ids.push(each.id)
  })
  const fences: { id: Id; fence: number }[] = []
  const claim = await measured(ids, batches.claim, workers, async (some) => {
    fences.push(...(await ledger.claim(some, Date.now(), Date.now() + 600_000)))
  })
  const sent = { status: 'sent', reason: null, subject: 'Hello', links: ['https://target.example/'] } as const
  const settle = await measured(fences, batches.settle, workers, (some) =>
    ledger.settle(
      some.map(({ id: message, fence }) => ({ id: message, fence, ...sent })),
      Date.now(),
    ),
  )
  const hits = ids.flatMap((message) => [hitOn(message), hitOn(message, 'click')])
  let recorded = 0
  const record = await measured(hits, batches.record, workers, async (some) => {
    const done = await ledger.record(some)
    recorded += done.recorded
  })
  if (fences.length !== count || recorded !== hits.length) throw new Error('not every mail and hit went through')
  return { accept, claim, settle, record }
}

/** `url`: null for files of the bench's own. */
export async function benchStore(what: string, url: string | null, count: number, workers: number): Promise<StoreRow> {
  const folder = scratch()
  const ledger = await openLedger(url ?? `sqlite:${join(folder, 'lethe.db')}`, {
    ...{ keysPath: join(folder, 'keys.db'), epochsPath: join(folder, 'epochs'), policies: book },
    operatorKeys: [{ id: 'bench', key: operatorKey, revoked: false }],
  })
  try {
    await ledger.enforce(policy)
    await campaignOf(ledger, 1000, workers)
    return { what: `${what}, ${workers} at a time`, verbs: await campaignOf(ledger, count, workers) }
  } finally {
    await ledger.close()
  }
}
