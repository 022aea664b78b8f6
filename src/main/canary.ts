import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, type Id } from '../base/index.ts'
import { type KeyRing, openToken } from '../gate/index.ts'
import type { LaneFacts } from '../sending/index.ts'
import type { Collector } from '../tracking/index.ts'
import { type OpenedTransport, openTransport } from '../transport/index.ts'
import { type CanaryParts, canaryDomain, runCanary, type SignedAudit } from '../upkeep/index.ts'
import { searchFiles } from './byte-search.ts'
import type { House } from './house.ts'
import type { Sending } from './sending.ts'

/** Keeps a canary apart from real mail and real figures: its mail stays in this process, its hits are counted by nobody. */
export interface Cage {
  /** The same ways out, past which no mail to the canary's domain gets, of an earlier process neither. */
  ways(lanes: readonly LaneFacts[]): readonly LaneFacts[]
  /** The same collector, but for hits of the canary's message, which go to `aside` with counters of its own. */
  collector(main: Collector, aside: Collector, ring: KeyRing): Collector
  readonly setAside: (id: Id) => void
  received(to: string): Promise<string | null>
  open(): void
  close(): Promise<void>
}

export function newCage({ config: { clock }, releases }: House): Cage {
  const ids = new Set<Id>()
  let opened: Promise<OpenedTransport> | null = null
  const own = (): Promise<OpenedTransport> => {
    opened ??= openTransport('capture:', { clock })
    return opened
  }
  const close = async (): Promise<void> => {
    const transport = await opened
    opened = null
    ids.clear()
    await transport?.close()
  }
  releases.add(close)
  const isOwn = (to: string): boolean => to.toLowerCase().endsWith(`@${canaryDomain}`)
  return {
    ways: (lanes) =>
      lanes.map((lane) => ({
        ...lane,
        transport: {
          concurrency: lane.transport.concurrency,
          deliver: async (mail) => (isOwn(mail.envelope.to) ? await own() : lane.transport).deliver(mail),
        },
      })),
    collector: (main, aside, ring) => {
      const of = (kind: 'open' | 'click', token: string): Collector => {
        if (ids.size === 0) return main
        const verdict = openToken(ring, kind, token)
        return verdict.state === 'genuine' && ids.has(verdict.claims.message) ? aside : main
      }
      return {
        open: (token, hit) => of('open', token).open(token, hit),
        click: (token, hit) => of('click', token).click(token, hit),
        drain: async () => void (await Promise.all([main.drain(), aside.drain()])),
        get counters() {
          return main.counters
        },
        get healthy() {
          return main.healthy
        },
      }
    },
    setAside: (id) => void ids.add(id),
    received: async (to) => (await (await own()).mailbox?.list({ to }))?.at(-1)?.html ?? null,
    open: () => void own(),
    close,
  }
}

const needed = ['tracker', 'send', 'record'] as const

/** The canary, and an audit of what it left; one at a time. Throws `canary_running`. */
export function newCanary(house: House, sending: Sending, cage: Cage): () => Promise<SignedAudit> {
  const { config, ledger, queue, rights, book, overseer } = house
  let running = false
  const places = [config.data, config.store.replace(/^sqlite:/, ''), config.epochs, ...(config.log ? [config.log] : [])]

  async function search(needles: readonly Uint8Array[]): Promise<readonly number[]> {
    const counts = [...(await searchFiles(places, needles))]
    for (const [index, count] of (await ledger.search(needles)).entries()) counts[index]! += count
    const words = needles.map((needle) => Buffer.from(needle).toString('latin1'))
    for await (const { text } of queue.contents()) {
      for (const [index, word] of words.entries()) if (text.includes(word)) counts[index]! += 1
    }
    return counts
  }

  const parts = (): CanaryParts => ({
    ...{ ledger, rights, policy: book.inForce, clock: config.clock, search },
    accept: (message) => sending.api.accept(message),
    setAside: cage.setAside,
    received: cage.received,
    request: (url, form) => request(config.tracker, url, form),
    pause: () => sleep(100),
  })

  return async () => {
    const missing = needed.filter((role) => !config.roles.has(role))
    if (missing.length > 0) {
      const detail = `this process is no ${missing.join(', ')}: a canary needs all of the way in one process`
      return overseer.audit([{ check: 'canary: goes all the way', result: 'unproven', detail }])
    }
    if (running) throw new Fault('canary_running', 'A canary is on its way already.', 'Wait for it to end.')
    running = true
    try {
      const findings = await runCanary(parts())
      return await overseer.audit(findings)
    } finally {
      await cage.close()
      running = false
    }
  }
}

/** To the public side of this process, as a reader's program does it. */
async function request({ host, port }: House['config']['tracker'], url: string, form?: string) {
  const near = host === '0.0.0.0' ? '127.0.0.1' : host
  const base = `http://${near.includes(':') ? `[${near}]` : near}:${port}`
  const answer = await fetch(base + new URL(url).pathname, {
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
    headers: {
      connection: 'close',
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(form === undefined ? {} : { method: 'POST', body: form }),
  })
  await answer.arrayBuffer()
  return { status: answer.status, location: answer.headers.get('location') }
}
