import type { Id } from '../base/index.ts'
import type { OperatorKey } from '../gate/index.ts'

/** One line for the audit log: which key did what, to which thing of ours. Never a handle, an address or an index. */
export interface LogNote {
  /** An API key's id, `bootstrap`, `command` for the command line, or `lethe` for what happens by itself. */
  readonly actor: string
  /** A code or a route of the API: `policy_enforced`, `POST /v1/subjects/erase`. */
  readonly action: string
  /** The random id of a message, case, campaign or key, or a policy's number. */
  readonly object?: string | null
  /** Plain words, where a right asks for a reason. */
  readonly reason?: string | null
}

/** One line of the audit log. */
export interface LogEntry extends LogNote {
  readonly sequence: number
  readonly at: number
}

/** The newest line of the audit log. */
export interface LogHead {
  readonly sequence: number
  /** Hex. */
  readonly hash: string
}

export interface ApiKeyFacts {
  readonly id: Id
  readonly name: string
  readonly scopes: readonly string[]
  /** Argon2id; null once the key is revoked. */
  readonly hash: string | null
  readonly createdAt: number
  readonly revokedAt: number | null
}

/** The epoch of the key store. */
export interface Epoch {
  readonly number: number
  /** Milliseconds since 1970. */
  readonly since: number
  /** Older epochs whose keys are still held: 0 but while a rewrap runs. */
  readonly older: number
}

export interface Rewrapped extends Epoch {
  readonly rewrapped: number
}

/** What operators do and what they do it with: the audit log and the keys of the API. */
export interface Oversight {
  /**
   * Appends one line to the audit log and anchors it; on the disk when this resolves. Throws `log_entry_invalid` for
   * anything that could name a person.
   */
  note(note: LogNote): Promise<LogHead>
  /** The newest line of the log: receipts carry it, so that a cut-off end is found. Null while there is none. */
  logHead(): Promise<LogHead | null>
  /**
   * Says in the log that its end was lost with a restore, and why: the numbers that are missing are its object. Throws
   * `restore_unknown` where nothing is missing, `log_entry_invalid` as above.
   */
  acknowledgeRestore(actor: string, reason: string): Promise<LogHead>
  /** Up to `limit` lines behind the number `after`. */
  logEntries(after: number, limit: number): Promise<readonly LogEntry[]>
  addApiKey(key: ApiKeyFacts): Promise<void>
  apiKey(id: string): Promise<ApiKeyFacts | null>
  apiKeys(): Promise<readonly ApiKeyFacts[]>
  /** From this moment on the key opens nothing, in any process. False if there is no such key in force. */
  revokeApiKey(id: string, now: number): Promise<boolean>
  /**
   * Brings every stored key under the newest epoch, in batches beside daily work, and then destroys the older epochs' keys.
   * A new epoch begins first if `renew` says so, or if another than the first operator key that is not revoked wraps
   * anything; `operators` takes the place of those that the store was opened with. Goes on where a crash left it.
   */
  rewrap(given: { readonly renew: boolean; readonly operators?: readonly OperatorKey[] }): Promise<Rewrapped>
  epoch(): Promise<Epoch>
}
