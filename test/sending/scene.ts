import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Handle, type Id, newLog } from '../../src/base/index.ts'
import { type Evidence, newKeyRing, newRawHit, newStopSet } from '../../src/gate/index.ts'
import { anyKey, bootstrapKey, createdKeys, type FeedbackDoors, newApi } from '../../src/http/index.ts'
import { openLedger } from '../../src/ledger/index.ts'
import { loadPolicy, type Policy } from '../../src/policy/index.ts'
import {
  newAccept,
  newCertificateMaker,
  newCertificates,
  newConfirmations,
  newConsentVerbs,
  newDeliverer,
  newFeed,
  newFeedbackIntake,
  newLanes,
  newLetterWriter,
  newMailTemplates,
  newPace,
  newRecipients,
  newRightsMail,
  newStamp,
  newSuppressions,
  newTemplateShelf,
  newTemplates,
  newWorkshop,
  sendTest,
} from '../../src/sending/index.ts'
import { newCollector, openReaders, recordBatch } from '../../src/tracking/index.ts'
import { openTransport, type TransportOptions } from '../../src/transport/index.ts'
import { newApiKeys, newRights, newSigner } from '../../src/upkeep/index.ts'

export const apiKey = 'scene-key-0123456789abcdef0123456789'

/** A clock that stands still until a test moves it. */
export function handClock(time = Date.now()) {
  return {
    shift: 0,
    time,
    now(): number {
      return this.time
    },
  }
}

/**
 * The sending side with a real store on disk and real SMTP over loopback. Windows lie in a list, so that a test decides
 * when they are worked on; the queue's engines have suites of their own.
 */
export async function openScene(
  options: {
    readonly policy?: string | Policy
    readonly smtp?: string
    readonly tls?: NonNullable<TransportOptions['tls']>
    readonly patience?: NonNullable<TransportOptions['patience']>
    /** The domain that mail comes back to. */
    readonly returnPath?: string
    readonly doors?: Partial<FeedbackDoors>
  } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-sending-'))
  const clock = handClock()
  const operatorKeys = [{ id: 'one', key: Buffer.alloc(32, 7), revoked: false }]
  const given = options.policy ?? 'mailerplex'
  const policy = typeof given === 'string' ? loadPolicy(given) : given
  const book = { inForce: policy as Policy, all: new Map<number, Policy>([[policy.number, policy]]) }
  const ledger = await openLedger(`sqlite:${join(folder, 'lethe.db')}`, {
    keysPath: join(folder, 'keys.db'),
    epochsPath: join(folder, 'epochs'),
    operatorKeys,
    policies: book,
    clock,
  })
  await ledger.enforce(policy)

  const lines: string[] = []
  const log = newLog((line) => void lines.push(line), clock)
  const windows: (readonly Id[])[] = []
  const board = { stopped: new Map<Handle, number>() }
  const boardVerbs = {
    stop: async (entries: readonly { readonly handle: Handle; readonly until: number }[]) => {
      for (const { handle, until } of entries) board.stopped.set(handle, until)
    },
    lift: async (handles: readonly Handle[]) => {
      for (const handle of handles) board.stopped.delete(handle)
    },
  }
  const queue = {
    addWindow: async (ids: readonly Id[]) => void windows.push(ids),
    waiting: async () => windows.length,
  }
  const transport = await openTransport(options.smtp ?? 'capture:', {
    clock,
    ...(options.tls ? { tls: options.tls } : {}),
    ...(options.patience ? { patience: options.patience } : {}),
  })
  const shelf = newTemplateShelf(ledger)
  const feed = newFeed({ ledger, queue, clock, log })
  const mailTemplates = newMailTemplates({ ledger, clock })
  const needs = { templates: mailTemplates, ledger, book, clock, log, board: boardVerbs, shelf, feed }
  const consents = newConsentVerbs(needs)
  const publicUrl = 'http://127.0.0.1:8080'
  const ring = newKeyRing(operatorKeys)
  const stamp = newStamp({ ring, domain: options.returnPath ?? null, hosts: [] })
  const templates = newTemplates(ledger)
  const drawn = { ring, templates, workshop: newWorkshop(publicUrl), publicUrl }
  const make = newCertificateMaker(drawn)
  const write = newLetterWriter({ ...needs, ring, publicUrl, defaultFrom: 'Lethe <sender@example.com>', stamp, make })
  const intake = newFeedbackIntake({ ledger, ring, book, clock, log })
  const confirmations = newConfirmations({ ...needs, ring, publicUrl })
  const lanes = newLanes([{ transport, weight: 1, warmUp: null }], clock)
  const pace = newPace(clock)
  const random = () => 0.5
  const rightsMail = newRightsMail({ ...needs, ring, publicUrl, delay: () => 0 })
  const newWorker = () => newDeliverer({ ...needs, lanes, pace, write, random })
  const deliverer = newWorker()
  const signer = newSigner(operatorKeys)
  const files = { clean: async () => 0, forget: async () => 'done' as const }
  const rights = newRights({
    epochMillis: 604_800_000,
    ledger,
    book,
    clock,
    log,
    signer,
    queue: { board: boardVerbs, ...files },
  })
  const notHere = async () => {
    throw new Error('not asked for here')
  }
  const recipients = newRecipients(needs)
  const api = newApi({
    rights,
    ...{
      ledger,
      book,
      clock,
      log,
      consents,
      mailbox: transport.mailbox,
      authorize: anyKey(bootstrapKey(apiKey), createdKeys(ledger)),
    },
    confirmations,
    suppressions: newSuppressions(needs),
    accept: newAccept({ ...needs, digestKey: Buffer.alloc(32, 9) }),
    campaigns: needs,
    certificates: newCertificates({ ...needs, ...drawn, digestKey: Buffer.alloc(32, 9) }),
    recipients,
    mailTemplates,
    testSend: (id, to) => sendTest(needs, id, to),
    ready: async () => ({ ready: true, checks: { store: 'ok' } }),
    metrics: async () => 'lethe_events_recorded_total 0\n',
    purge: async () => ({ state: 'rehearsed', at: '', purged: [], tidied: false }),
    keys: newApiKeys(ledger, clock),
    operatorKeys: { rotate: notHere, revoke: notHere },
    restore: { look: notHere },
    audit: notHere,
    canary: notHere,
    verifyAudit: () => 'unsigned',
    feedback: { intake, ses: null, postmark: null, mailgun: null, ...options.doors },
  })

  /** A call as an application makes it. A string goes as CSV, anything else as JSON. */
  async function call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    const type = typeof body === 'string' ? 'text/csv' : 'application/json'
    const response = await api.request(path, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
    return { status: response.status, text, json: (text.startsWith('{') ? JSON.parse(text) : {}) as any }
  }

  /** The same with bytes as they are. */
  const raw = (
    method: string,
    path: string,
    body: Uint8Array<ArrayBuffer>,
    headers: Readonly<Record<string, string>>,
  ) => api.request(path, { method, headers: { authorization: `Bearer ${apiKey}`, ...headers }, body })

  /** Feeds and delivers until nothing is due any more. */
  async function work(worker = deliverer): Promise<void> {
    for (let rounds = 0; rounds < 50; rounds++) {
      await feed.run()
      const ids = windows.shift()
      if (!ids) return
      await worker.deliver(ids)
    }
  }

  const stops = newStopSet()
  const record = recordBatch({ ledger, book, clock })
  const collector = newCollector({
    ...{ ring, book, stops, readers: openReaders() },
    commit: async (events) => void (await record(events.map(({ wire }) => wire))),
  })
  const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

  /** What the tracker and the record worker do with a hit on one of a mail's links. */
  async function hit(url: string, more: Partial<Evidence> = {}) {
    const seen = newRawHit({
      ...{ method: 'GET', address: '81.2.69.142', userAgent: browser, acceptLanguage: 'en', gpc: false, dnt: false },
      at: clock.now(),
      ...more,
    })
    const [kind, token = ''] = new URL(url).pathname.split('/').slice(1)
    const answer = kind === 'o' ? await collector.open(token, seen) : await collector.click(token, seen)
    await collector.drain()
    return answer
  }

  /** Puts another version in force; the earlier ones stay known. */
  async function turn(next: Policy): Promise<void> {
    book.inForce = next
    book.all.set(next.number, next)
    await ledger.enforce(next)
  }

  const close = async (): Promise<void> => {
    await deliverer.stop()
    await transport.close()
    await ledger.close()
  }
  return {
    ...{ clock, ledger, book, feed, windows, board, transport, lanes, lines, deliverer, folder, ring },
    ...{ needs, consents, rights, rightsMail, confirmations, hit, turn, collector, signer },
    newWorker,
    recipients,
    intake,
    call,
    raw,
    work,
    close,
  }
}

export type Scene = Awaited<ReturnType<typeof openScene>>
