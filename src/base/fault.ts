/**
 * A broken promise, told so that the reader knows what to do.
 *
 * `code` is stable and part of the public API; `message` is one sentence; `next` is the step that mends it. Neither
 * ever holds personal data: a fault travels into logs, answers and failed jobs (law 2).
 */
export class Fault extends Error {
  readonly code: string
  readonly next: string

  constructor(code: string, sentence: string, next: string, options: { readonly cause?: unknown } = {}) {
    super(sentence, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.next = next
  }
}

export const isFault = (value: unknown): value is Fault => value instanceof Fault

/**
 * The code of a store that is away, full or held by others: it takes the same write later. Null for anything else, which is
 * the write's own fault.
 */
export const storeTrouble = (cause: unknown): string | null =>
  isFault(cause) && /^store_(?!corrupt$|failed$)/.test(cause.code) ? cause.code : null

/** A fault's code, and behind a dot the code of what caused it, where that has one: `store_failed.postgres_42703`. */
export function codeWithCause({ code, cause }: Fault): string {
  if (!(cause instanceof Error)) return code
  // An engine's code, or the one that the adapter made of it; the words of an error may quote values.
  const below = 'code' in cause ? String(cause.code) : cause.message
  return /^(postgres|sqlite)_\w{1,40}$/i.test(below) ? `${code}.${below.toLowerCase()}` : code
}
