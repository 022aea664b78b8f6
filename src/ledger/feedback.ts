import type { Id } from '../base/index.ts'

/** What came back of a mail that was sent. Codes and times only. */
export type Feedback =
  | {
      readonly kind: 'bounce'
      /** The address itself is none: nobody writes to it again. */
      readonly hard: boolean
      /** A word of Lethe's own with the server's digits: `bounce_550_5.1.1`. */
      readonly reason: string
      /** So many bounces of one person with `reason` are as good as a hard one; null where repetition proves nothing. */
      readonly enough: number | null
    }
  | {
      readonly kind: 'complaint'
      /** Purposes that its reader gets no more mail for. */
      readonly purposes: readonly string[]
    }

export interface FeedbackTaken {
  /**
   *   taken      written
   *   repeated   it was known
   *   early      its outcome is not written yet: ask again in a moment
   *   unknown    there is no such message, or no longer, or it was never sent
   *   restricted nothing is recorded of its person; whom not to write to is kept all the same
   */
  readonly state: 'taken' | 'repeated' | 'early' | 'unknown' | 'restricted'
  /** Whether its address is now one that gets no more mail, for a purpose or for any. */
  readonly suppressed: boolean
  readonly campaign: Id | null
}

export interface FeedbackVerbs {
  /** What a report says of message `id`, with what follows from it, in one transaction. */
  takeFeedback(id: Id, feedback: Feedback, now: number): Promise<FeedbackTaken>
}
