import { inspect } from 'node:util'
import type { Id } from '../base/index.ts'
import type { EventKind } from '../policy/policy.ts'

/** What a client was seen as, in coarse families; null where nobody can tell. */
export interface Client {
  readonly browser: string | null
  readonly os: string | null
  readonly device: string | null
}

export interface Place {
  readonly country: string | null
  readonly region: string | null
}

/** The instruments that turn evidence into coarse words. They hold data files, never a hit. */
export interface Readers {
  place(address: string): Place
  client(userAgent: string): Client
  agent(evidence: Evidence, about: About): string
  /** Which set of rules said so; 0 where nobody counts them. */
  readonly ruleSet?: number
}

/** What a hit is about, as its token says. */
export interface About {
  readonly kind: EventKind
  readonly message: Id
  /** The link's ordinal; 0 for an open. */
  readonly link: number
  /** One token for everybody: `message` is the campaign. */
  readonly shared: boolean
}

/** Whether somebody was seen before today: not at all in this campaign, not at this link, or at both. */
export type Novelty = 'newcomer' | 'new_to_link' | 'known'

/** Tells visitors apart where a shared token names nobody. Holds no hit, and nothing beyond the day. */
export interface Visitors {
  novelty(evidence: Evidence, campaign: Id, kind: EventKind, link: number): Novelty
}

/** A hit as the network shows it. Lives for the length of one call; only the gate can look inside a RawHit. */
export interface Evidence {
  readonly method: string
  readonly address: string
  readonly userAgent: string
  readonly acceptLanguage: string
  /** Sec-GPC: 1, and DNT: 1. */
  readonly gpc: boolean
  readonly dnt: boolean
  /** The client says that nobody asked for it yet: it fetches ahead. */
  readonly prefetch?: boolean
  /** Milliseconds since 1970. */
  readonly at: number
}

let look: (hit: RawHit) => Evidence

/**
 * Evidence in a closed box: no getter, no enumerable field, and every way of printing it says `[raw hit]`, so that it can
 * pass through code that logs, throws or serialises without leaving a trace.
 */
export class RawHit {
  readonly #evidence: Evidence

  constructor(evidence: Evidence) {
    this.#evidence = evidence
  }

  static {
    look = (hit) => hit.#evidence
  }

  toString(): string {
    return '[raw hit]'
  }

  toJSON(): string {
    return '[raw hit]'
  }

  [inspect.custom](): string {
    return '[raw hit]'
  }
}

export const newRawHit = (evidence: Evidence): RawHit => new RawHit(evidence)

/** For this room alone; the room's index does not export it. Throws on anything that is not a genuine RawHit. */
export const evidenceOf = (hit: RawHit): Evidence => look(hit)
