import { DrizzleQueryError } from './drizzle.ts'

/** What the engine threw; Drizzle wraps it into an error of its own, which quotes the values. */
const thrown = (cause: unknown): unknown => (cause instanceof DrizzleQueryError ? cause.cause : cause)

/** The face's verbs, with what the engine throws told in our words. */
export const promisedBy =
  (fault: (cause: unknown) => Error) =>
  <A extends readonly unknown[], R>(verb: (...args: A) => R | Promise<R>) =>
  async (...args: A): Promise<R> => {
    try {
      return await verb(...args)
    } catch (cause) {
      throw fault(thrown(cause))
    }
  }
