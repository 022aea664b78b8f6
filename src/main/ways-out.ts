import { type Clock, dayMillis, dayOf, Fault } from '../base/index.ts'
import type { LaneFacts, WarmUp } from '../sending/index.ts'
import { type OpenedTransport, openTransport, type TransportOptions } from '../transport/index.ts'
import { isLoopback } from './loopback.ts'

/** One entry of `LETHE_SMTP`: where mail is handed over, its share of it, and how fast a new address may grow. */
export interface WayOut {
  /** What the transport opens; the settings that are Lethe's own are taken out. */
  readonly url: string
  /** Null for the built-in mailbox. */
  readonly host: string | null
  readonly weight: number
  readonly warmUp: WarmUp | null
}

const schemes = ['capture:', 'smtp://', 'smtps://']

/**
 * `smtp://one.example?weight=3 smtp://two.example?warmup=2026-12-01:50,100,200`: several with blanks between them. Throws
 * `config_invalid`; no fault repeats a URL, which may hold a password.
 */
export function readWaysOut(text: string): readonly WayOut[] {
  const ways = text.split(/\s+/).filter(Boolean).map(readWay)
  if (ways.length > 1 && ways.some(({ host }) => host === null)) {
    throw invalid('names the built-in mailbox beside real servers.', 'Use capture: alone, for trying out.')
  }
  return ways
}

function readWay(text: string): WayOut {
  const url = URL.parse(text)
  const known = schemes.find((prefix) => text.startsWith(prefix))
  if (!url || !known || (known.endsWith('//') && !url.hostname)) {
    throw invalid('is not a URL that a driver opens.', `Begin each with ${schemes.join(' or ')}.`)
  }
  if (known === 'capture:') return { url: text, host: null, weight: 1, warmUp: null }
  const settings = url.searchParams
  const unknown = [...settings.keys()].some((key) => key !== 'weight' && key !== 'warmup')
  if (unknown) throw invalid('has an unknown setting behind its question mark.', 'There are weight and warmup.')
  const way = { weight: weightOf(settings.get('weight')), warmUp: warmUpOf(settings.get('warmup')) }
  url.search = ''
  return { url: url.href, host: url.hostname.toLowerCase(), ...way }
}

function weightOf(text: string | null): number {
  const weight = Number(text ?? 1)
  if (Number.isInteger(weight) && weight >= 1 && weight <= 100) return weight
  throw invalid('has a weight that is none.', 'Give a whole number from 1 to 100.')
}

function warmUpOf(text: string | null): WarmUp | null {
  if (text === null) return null
  const [date = '', list = ''] = text.split(':')
  const at = Date.parse(`${date}T00:00:00Z`)
  const perDay = list.split(',').map(Number)
  if (
    !/^\d{4}-\d\d-\d\d$/.test(date) ||
    Number.isNaN(at) ||
    !perDay.every((each) => Number.isInteger(each) && each > 0)
  ) {
    const next = 'Write its first day and the mails a day from then on: warmup=2026-12-01:50,100,200,400.'
    throw invalid('has a warm-up that is none.', next)
  }
  return { from: dayOf(at), perDay }
}

const invalid = (sentence: string, next: string) => new Fault('config_invalid', `LETHE_SMTP ${sentence}`, next)

/** Opens each; nobody is connected to yet. Loopback is no hop, whatever the others have to do. */
export async function openWaysOut(ways: readonly WayOut[], options: TransportOptions) {
  const opened: OpenedTransport[] = []
  for (const { url, host } of ways) {
    const near = host === null || isLoopback(host)
    opened.push(await openTransport(url, near ? { ...options, tls: 'opportunistic' } : options))
  }
  const lanes = opened.map((transport, index): LaneFacts => ({ ...ways[index]!, transport }))
  return {
    lanes,
    mailbox: opened.find(({ mailbox }) => mailbox !== null)?.mailbox ?? null,
    close: async (): Promise<void> => void (await Promise.all(opened.map((transport) => transport.close()))),
  }
}

export type WaysOut = Awaited<ReturnType<typeof openWaysOut>>

/** Midnight of the clock's day: the moment from which mail counts for a warm-up. */
export const dayBegan = (clock: Clock): number => dayOf(clock.now()) * dayMillis
