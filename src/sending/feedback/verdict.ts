/**
 * What a mail or a notification says became of a mail of ours: class and code, and nothing else of it.
 *
 *   bounce       `hard`: the address takes no mail and never will. `soft`: any other reason, and every doubt. `final` is
 *                false while the reporting server goes on trying.
 *   complaint    its reader reported it as unwanted
 *   autoreply    a machine answered for a person: says nothing about the delivery
 *   delivered    it arrived, or was passed on
 *   other        none of these
 */
export type Verdict =
  | {
      readonly kind: 'bounce'
      readonly class: 'hard' | 'soft'
      readonly final: boolean
      /** Enhanced status code (RFC 3463), `5.1.1`; null where none was given. */
      readonly status: string | null
      /** SMTP reply code, 400-599; null where none was given. */
      readonly reply: number | null
    }
  | { readonly kind: 'complaint' | 'autoreply' | 'delivered' | 'other' }

export type Bounce = Extract<Verdict, { readonly kind: 'bounce' }>

/** One who is harder than the others may be somebody's alias: of several findings about one mail the mildest counts. */
export function mildest(bounces: readonly Bounce[]): Bounce | null {
  const waiting = bounces.find(({ final }) => !final)
  return waiting ?? bounces.find((bounce) => bounce.class === 'soft') ?? bounces[0] ?? null
}

/** A code of our own for the message's row: digits that a server chose, words that are ours. */
export const reasonOf = ({ status, reply }: Pick<Bounce, 'status' | 'reply'>): string =>
  ['bounce', ...(reply === null ? [] : [String(reply)]), ...(status === null ? [] : [status])].join('_')
