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
