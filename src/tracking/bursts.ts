import { type Id, keyedHash, randomBytes } from '../base/index.ts'
import type { About, Evidence, PermittedEvent } from '../gate/index.ts'
import { newOpens } from './opens.ts'

/** What the last seconds of one message look like, the hit that is asked about included. */
export interface Burst {
  readonly linksAtOnce: number
  readonly echo: boolean
}

export interface Bursts {
  /** Takes note of a hit and says what it looks like among the last seconds of its message. */
  look(evidence: Evidence, about: About): Burst
  /**
   * The event that became of the hit looked at last. Once that hit makes a burst of the last seconds, what was recorded in
   * them comes back, this event included, to be called a scanner's.
   */
  attach(event: PermittedEvent): readonly PermittedEvent[]
  /** How many messages with clicks lie in memory now. */
  readonly held: number
}

interface Click {
  readonly at: number
  readonly link: number
  /** Tells one visitor of this message from another, and nothing more. */
  readonly who: string
  /** Null until the hit was permitted, and once it was called a scanner's. */
  event: PermittedEvent | null
}

/** What is held of one message. */
interface Recent {
  readonly clicks: Click[]
  /** The first links that were clicked while it was held: with less than a burst's number nobody has to look closer. */
  readonly links: number[]
}

const windowMillis = 10_000
const echoMillis = 30_000
const keptMillis = 60_000
const burstLinks = 3
const mostClicks = 64
// Of all messages between two turns. At five hundred clicks a second that is still the ten seconds of a burst.
const mostInTurn = 5_000

const calm: Burst = Object.freeze({ linksAtOnce: 0, echo: false })

/**
 * Clicks of the last minute by message, opens of the last seconds beside them. Scanners try every link within seconds;
 * nothing in a single hit shows that. What is held: the message's random id, visitors as hashes under a key that lives in
 * this process only, ordinals, times, and the permitted event itself. No address and no user agent; at most `remembered`
 * messages and twice five thousand clicks, none longer than two minutes.
 */
export function newBursts(remembered = 20_000): Bursts {
  const key = randomBytes(32)
  const opens = newOpens()
  let young = new Map<string, Recent>()
  let old = new Map<string, Recent>()
  let inTurn = 0
  let night: NodeJS.Timeout | null = null
  // The hit that was looked at last: an open's time, or the click and its neighbours.
  let opened: { readonly message: Id; readonly at: number } | null = null
  let clicked: { readonly click: Click; readonly recent: Recent; readonly message: Id } | null = null
  const who = ({ address, userAgent }: Evidence, message: Id): string =>
    keyedHash(key, `${message}\n${address}\n${userAgent}`, 16).toString('latin1', 0, 4)

  function turn(): void {
    old = young
    young = new Map()
    inTurn = 0
    if (night !== null) clearTimeout(night)
    night = old.size === 0 ? null : setTimeout(turn, keptMillis).unref()
  }

  function take(message: Id, click: Click): Recent {
    if (++inTurn > mostInTurn) turn()
    const known = young.get(message) ?? old.get(message)
    // Of most messages there is one click: a list that begins with it has one place, and one that begins empty grows to 17.
    const recent = known ? join(known, click) : { clicks: [click], links: [click.link] }
    if (young.has(message)) return recent
    if (young.size >= remembered) turn()
    night ??= setTimeout(turn, keptMillis).unref()
    young.set(message, recent)
    return recent
  }

  return {
    look(evidence, { kind, message, link, shared }) {
      opened = null
      clicked = null
      // One token for everybody says nothing about one reader.
      if (shared) return calm
      const { at } = evidence
      if (kind === 'open') {
        opened = { message, at }
        return calm
      }
      const click: Click = { at, link, who: who(evidence, message), event: null }
      const recent = take(message, click)
      const { clicks, links } = recent
      clicked = { click, recent, message }
      const linksAtOnce = links.length === 1 ? 1 : linksAround(click, clicks)
      return { linksAtOnce, echo: isEcho(click, clicks) }
    },
    attach(event) {
      if (opened !== null) {
        opens.add(event, opened.message, opened.at)
        opened = null
        return none
      }
      if (clicked === null) return none
      const { click, recent, message } = clicked
      const { clicks, links } = recent
      clicked = null
      click.event = event
      if (links.length < burstLinks || linksAround(click, clicks) < burstLinks) return none
      const events = [...opens.take(message, click.at, windowMillis)]
      for (const each of clicks) {
        if (each.event === null || !near(each, click)) continue
        events.push(each.event)
        // Told once: the next link of the same burst has nothing to add about this one.
        each.event = null
      }
      return events
    },
    get held() {
      return young.size + old.size
    },
  }
}

const none: readonly PermittedEvent[] = Object.freeze([])

function join(recent: Recent, click: Click): Recent {
  const { clicks, links } = recent
  while (clicks.length > 0 && (clicks.length >= mostClicks || click.at - clicks[0]!.at > echoMillis)) clicks.shift()
  clicks.push(click)
  if (links.length < burstLinks && !links.includes(click.link)) links.push(click.link)
  return recent
}

const near = (a: Click, b: Click): boolean => Math.abs(a.at - b.at) <= windowMillis

function linksAround(click: Click, clicks: readonly Click[]): number {
  const links = new Set<number>()
  for (const each of clicks) if (near(each, click)) links.add(each.link)
  return links.size
}

/** Somebody else clicked the same link moments ago, and this visitor did not. */
function isEcho(click: Click, clicks: readonly Click[]): boolean {
  let others = false
  for (let at = clicks.length - 1; at >= 0; at--) {
    const each = clicks[at]!
    if (each === click || each.link !== click.link || click.at - each.at > echoMillis) continue
    if (each.who === click.who) return false
    others = true
  }
  return others
}
