import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Clock, Fault, isFault, packageRoot, realClock, shiftedClock } from '../base/index.ts'
import { queueHosts } from '../queue/index.ts'
import type { Senders } from '../sending/index.ts'
import { type Listen, readAddress } from './address.ts'
import { doubts } from './doubts.ts'
import { type FeedbackConfig, readFeedback } from './feedback-config.ts'
import { isLoopback } from './loopback.ts'
import { readTelemetry, type TelemetryConfig } from './telemetry-config.ts'
import { readWaysOut, type WayOut } from './ways-out.ts'

export const roles = ['tracker', 'api', 'send', 'record', 'upkeep'] as const
export type Role = (typeof roles)[number]

/** The environment, read once and validated whole. Everything else in Lethe receives its settings as arguments. */
export interface Config {
  readonly data: string
  readonly store: string
  readonly queue: string
  readonly policy: string
  /** Where mail is handed over: LETHE_SMTP. */
  readonly waysOut: readonly WayOut[]
  readonly from: string
  /** By purpose: LETHE_FROM_CAMPAIGN, LETHE_REPLY_TO_CAMPAIGN and their like. */
  readonly senders: Senders
  /** Keys that mail is signed with: `domain:selector:file`, with commas between them. */
  readonly dkim: string
  readonly feedback: FeedbackConfig
  readonly publicUrl: URL
  readonly tracker: Listen
  readonly api: Listen
  readonly apiKey: string | null
  readonly keys: string | null
  /** The database of keys, where the store is on PostgreSQL and they are not to lie in a schema beside it. */
  readonly keyStore: string | undefined
  /** Where epoch keys lie; beside the data unless LETHE_EPOCHS says otherwise. */
  readonly epochs: string
  readonly trustProxy: string
  /** Connections of trusted proxies begin with a PROXY header. */
  readonly proxyProtocol: boolean
  /** The private side of a process with the store, for the pages of a tracker without one; null where a balancer routes them. */
  readonly pages: URL | null
  /** Batches of events that may wait to be recorded. */
  readonly backlog: number
  readonly geo: string | null
  readonly roles: ReadonlySet<Role>
  /** A file that Lethe owns, or null for standard output. */
  readonly log: string | null
  /** Traces of the queue, or null for none. */
  readonly telemetry: TelemetryConfig | null
  readonly clock: Clock
  readonly version: string
}

/** Every fault of the configuration at once, each with its next step. */
export class ConfigFault extends Fault {
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    const count = faults.length === 1 ? 'One setting is' : `${faults.length} settings are`
    super('config_invalid', `${count} not right.`, faults.map(({ next }) => next).join(' '))
    this.faults = faults
  }
}

const fault = (name: string, sentence: string, next: string) => new Fault('config_invalid', `${name} ${sentence}`, next)

function publicUrl(text: string): URL {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    throw fault('LETHE_PUBLIC_URL', 'is not a base address.', 'Write it as https://mail.example.org, without a query.')
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    const next = 'Use https:// for links that leave this machine, or a loopback address for trying out.'
    throw fault('LETHE_PUBLIC_URL', 'is http off loopback: every link in a mail could be read on its way.', next)
  }
  return url
}

const stores = ['sqlite:', 'postgres://', 'postgresql://']

function scheme(name: string, allowed: readonly string[], text: string): string {
  const known = allowed.find((prefix) => text.startsWith(prefix))
  if (known && (!known.endsWith('//') || URL.parse(text)?.hostname)) return text
  throw fault(name, `is not a URL that a driver opens.`, `Begin ${name} with ${allowed.join(' or ')}.`)
}

function roleSet(text: string): ReadonlySet<Role> {
  const wanted = text.split(',').map((part) => part.trim())
  const unknown = wanted.find((name) => !roles.some((role) => role === name))
  if (unknown !== undefined) throw fault('LETHE_ROLES', 'names an unknown role.', `Choose from ${roles.join(', ')}.`)
  return new Set(roles.filter((role) => wanted.includes(role)))
}

function apiKey(text: string | undefined): string | null {
  if (text === undefined) return null
  if (text.length >= 24) return text
  throw fault('LETHE_API_KEY', 'is too short to be a secret.', 'Use at least 24 random characters, or leave it out.')
}

const sender = /^(?:[^<>\r\n]*<)?[^\s@<>]+@[^\s@<>]+>?$/

function from(text: string | undefined, waysOut: readonly WayOut[]): string {
  if (text === undefined && waysOut.some(({ host }) => host === null)) return 'Lethe <lethe@localhost.example>'
  if (text !== undefined && sender.test(text)) return text
  throw fault('LETHE_FROM', 'is missing or no sender address.', 'Set it to Your Name <mail@your-domain.example>.')
}

const senderVariable = /^LETHE_(FROM|REPLY_TO)_([A-Z][A-Z0-9_]*)$/

function sendersOf(env: Readonly<Record<string, string | undefined>>): Senders {
  const senders = new Map<string, { from: string | null; replyTo: string | null }>()
  for (const [name, value] of Object.entries(env)) {
    const [, which, words] = senderVariable.exec(name) ?? []
    if (!words || !value?.trim()) continue
    if (!sender.test(value.trim())) {
      throw fault(name, 'is no sender address.', 'Set it to Your Name <mail@your-domain.example>.')
    }
    const purpose = words.toLowerCase().replaceAll('_', '-')
    const known = senders.get(purpose) ?? { from: null, replyTo: null }
    senders.set(purpose, { ...known, [which === 'FROM' ? 'from' : 'replyTo']: value.trim() })
  }
  return senders
}

function clockOf(text: string | undefined): Clock {
  if (text === undefined) return realClock
  try {
    return shiftedClock(text)
  } catch {
    throw fault('LETHE_CLOCK', 'is no shift of the clock.', 'Write it as +P90D or -PT1H, or leave it out.')
  }
}

function proxyProtocol(text: string, trusted: string | undefined): boolean {
  if (text === 'off') return false
  if (text !== 'on')
    throw fault('LETHE_PROXY_PROTOCOL', 'is neither on nor off.', 'Write LETHE_PROXY_PROTOCOL=on, or leave it out.')
  if (trusted !== undefined) return true
  const next = 'Set LETHE_TRUST_PROXY to the ranges of the balancers that speak it, or leave LETHE_PROXY_PROTOCOL out.'
  throw fault('LETHE_PROXY_PROTOCOL', 'is on, and nobody is trusted to speak it.', next)
}

function pages(text: string | undefined): URL | null {
  if (text === undefined) return null
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.username) return url
  throw fault(
    'LETHE_PAGES',
    'is no base address.',
    'Write it as http://api:8081, the LETHE_API of a process with the store.',
  )
}

function backlog(text: string): number {
  const bound = Number(text)
  if (Number.isSafeInteger(bound) && bound > 0) return bound
  throw fault('LETHE_BACKLOG', 'is no number of events.', 'Write a whole number from 1 on, such as 1000000.')
}

/** What could be read so far: undefined where the setting itself is wrong. */
export type Draft = { readonly [K in keyof Config]: Config[K] | undefined }

/**
 * Reads `env`, or throws a ConfigFault that lists everything wrong with it, with what `further` finds in the settings that
 * could be read: nobody should mend one fault only to meet the next.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  further: (draft: Draft) => readonly Fault[] = () => [],
): Config {
  const faults: Fault[] = []
  const value = (name: string): string | undefined => env[name]?.trim() || undefined
  const tried = <T>(read: () => T): T => {
    try {
      return read()
    } catch (error) {
      if (!isFault(error)) throw error
      faults.push(error)
      return undefined as T // never used: the faults are thrown below
    }
  }
  const data = resolve(value('LETHE_DATA') ?? './data')
  const waysOut = tried(() => readWaysOut(value('LETHE_SMTP') ?? 'capture:'))
  const tracker = tried(() => readAddress('LETHE_TRACKER', value('LETHE_TRACKER') ?? '127.0.0.1:8080'))
  const api = tried(() => readAddress('LETHE_API', value('LETHE_API') ?? '127.0.0.1:8081'))
  if (tracker && api && tracker.port !== 0 && tracker.port === api.port) {
    faults.push(fault('LETHE_API', 'shares its port with LETHE_TRACKER.', 'Give the private side a port of its own.'))
  }
  const config: Config = {
    data,
    store: tried(() => scheme('LETHE_STORE', stores, value('LETHE_STORE') ?? `sqlite:${join(data, 'lethe.db')}`)),
    queue: tried(() => {
      const url = value('LETHE_QUEUE') ?? `pglite:${join(data, 'queue')}`
      queueHosts(url)
      return url
    }),
    policy: value('LETHE_POLICY') ?? 'strict',
    waysOut,
    from: tried(() => from(value('LETHE_FROM'), waysOut ?? [])),
    dkim: value('LETHE_DKIM') ?? '',
    feedback: readFeedback({ value, tried }),
    senders: tried(() => sendersOf(env)),
    publicUrl: tried(() => publicUrl(value('LETHE_PUBLIC_URL') ?? 'http://127.0.0.1:8080')),
    tracker,
    api,
    apiKey: tried(() => apiKey(value('LETHE_API_KEY'))),
    keys: value('LETHE_KEYS') ?? null,
    keyStore: tried(() => {
      const url = value('LETHE_KEY_STORE')
      return url === undefined ? undefined : scheme('LETHE_KEY_STORE', stores.slice(1), url)
    }),
    epochs: resolve(value('LETHE_EPOCHS') ?? join(data, 'epochs')),
    trustProxy: value('LETHE_TRUST_PROXY') ?? '',
    proxyProtocol: tried(() => proxyProtocol(value('LETHE_PROXY_PROTOCOL') ?? 'off', value('LETHE_TRUST_PROXY'))),
    pages: tried(() => pages(value('LETHE_PAGES'))),
    backlog: tried(() => backlog(value('LETHE_BACKLOG') ?? '1000000')),
    geo: value('LETHE_GEO') ?? null,
    roles: tried(() => roleSet(value('LETHE_ROLES') ?? roles.join(','))),
    log: value('LETHE_LOG') ? resolve(value('LETHE_LOG')!) : null,
    telemetry: tried(() => readTelemetry(value)),
    clock: tried(() => clockOf(value('LETHE_CLOCK'))),
    version: packageVersion(),
  }
  if (faults.length > 0) throw new ConfigFault([...faults, ...further(config)])
  return Object.freeze(config)
}

function packageVersion(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  return version
}

/** The process's own environment: the one place in Lethe that reads it. */
export const processConfig = (
  overrides: Readonly<Record<string, string>> = {},
  further?: (draft: Draft) => readonly Fault[],
): Config => readConfig({ ...process.env, ...overrides }, further)

/** What of it stops no start and is yet most likely a slip. */
export const processDoubts = (): readonly Fault[] => doubts(process.env)
