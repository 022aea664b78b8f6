import type { Day, Handle, Id } from '../base/index.ts'
import type { PermittedEvent, Wire } from '../gate/index.ts'

/** A unit of work: resolve and the job is removed; throw and it is tried again with its reason sanitised to a code. */
export type Work<T> = (data: T) => Promise<void>

export interface Running {
  /** Stops taking work and waits for what is in hand. */
  stop(): Promise<void>
}

export interface Depths {
  readonly waiting: number
  readonly active: number
  readonly delayed: number
  readonly failed: number
  /** Age of the oldest waiting job in milliseconds; 0 when there is none. */
  readonly oldestMillis: number
}

export type QueueName = 'send' | 'record' | 'upkeep'

/** What lies in the queues, by its shape; no value of a job leaves. */
export interface Inspection {
  readonly jobs: readonly {
    readonly queue: QueueName
    readonly state: 'waiting' | 'active' | 'delayed' | 'failed' | 'completed'
    readonly count: number
    /** Age of the oldest in milliseconds; 0 when there is none. */
    readonly oldestMillis: number
  }[]
  /** Places that hold what no adder of ours puts there: `record.data`, `send.reason`. */
  readonly foreign: readonly string[]
  /** How long each is past its next time, by the machine’s clock; 0 where that is to come. */
  readonly schedules: readonly { readonly name: string; readonly everyMillis: number; readonly lateMillis: number }[]
}

/**
 * The queue's face. Jobs carry ids and permitted events, nothing else (law 2): the adders take minted values or ids, and
 * there is no adder for anything else. Jobs are removed on success; a failed job keeps a code, never a message.
 */
export interface Queue {
  /** A window of message ids for the send workers. */
  addWindow(ids: readonly Id[]): Promise<void>
  /**
   * One durable write for many events: resolves when the engine has them (for Redis: as durable as its appendfsync).
   * Throws `not_permitted` for anything that the gate did not mint.
   */
  commitEvents(events: readonly PermittedEvent[]): Promise<void>
  /** Named upkeep tasks on a schedule, run once however many processes ask. Replaces schedules that are not in the table. */
  schedule(tasks: readonly { readonly name: string; readonly everyMillis: number }[]): Promise<void>

  workWindows(work: Work<readonly Id[]>, concurrency: number): Running
  /** Batches as they were committed; malformed wires are dropped and counted through `noticed`. */
  workEvents(work: Work<readonly Wire[]>, concurrency: number): Running
  workUpkeep(work: Work<string>): Running

  /** The replicated stop-set's engine: what one process stops, all trackers know within a second. */
  readonly board: {
    /** When it resolves, the followers in this process have heard of it, maybe to hear it once more. */
    stop(entries: readonly { readonly handle: Handle; readonly until: Day }[]): Promise<void>
    lift(handles: readonly Handle[]): Promise<void>
    /** Calls back with everything on the board, then with each change; again with everything after a reconnect. */
    follow(heard: (change: BoardChange) => void): Promise<Running>
    expire(today: Day): Promise<void>
    /** Pins public texts where every process finds them, each in the place of what was under its name: the policies. */
    pin(notices: Readonly<Record<string, string>>): Promise<void>
    /** The text under a name, or null. */
    pinned(name: string): Promise<string | null>
  }

  depths(name: QueueName): Promise<Depths>
  /** How many events wait to be recorded or are in hand: counted in few batches, estimated from nine of many. */
  eventsWaiting(): Promise<number>
  /** Only how many jobs wait, for those who ask often. */
  waiting(name: QueueName): Promise<number>
  /** Removes finished jobs older than `olderMillis` and trims event streams: idle queues do not age by themselves. */
  clean(olderMillis: number): Promise<number>
  /**
   * Writes the engine's files anew, without what was removed from it. `refused` where the server keeps that to its
   * operator: then removed jobs lie in its log until the next rewrite.
   */
  forget(): Promise<'done' | 'refused'>
  /** Every byte string at rest that a job could hide something in, for the audit: data, failure reasons, options, stream entries. */
  contents(): AsyncIterable<{ readonly queue: QueueName; readonly text: string }>
  /** Every job in every state against what may be in one, and the schedule; reading only. */
  inspect(): Promise<Inspection>
  /** True while the engine answers. */
  readonly healthy: boolean
  /** Warnings about the engine's settings at start (eviction, persistence), as codes with a next step. */
  warnings(): Promise<readonly { readonly code: string; readonly next: string }[]>
  close(): Promise<void>
}

export type BoardChange =
  | { readonly kind: 'all'; readonly entries: readonly { readonly handle: Handle; readonly until: Day }[] }
  | { readonly kind: 'stop'; readonly handle: Handle; readonly until: Day }
  | { readonly kind: 'lift'; readonly handle: Handle }
