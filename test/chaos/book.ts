/**
 * The ledger outside: what the world saw of Lethe, and nothing that Lethe says of itself. Each hit has an identity of its
 * own (message, kind, link) and is made once, so that what is stored can be compared with it one by one.
 */
export type Fate =
  | 'fresh'
  /** On its way to a tracker. */
  | 'asked'
  /** The reader got the picture, or the redirect to the right place. */
  | 'answered'
  /** The connection broke: it may be recorded or not, once at most. */
  | 'unanswered'
  /** Something else came back than what a reader must get. */
  | 'wrong'

export interface Hit {
  readonly message: string
  readonly kind: 'open' | 'click'
  /** The link's place in its mail from 1 on; 0 for the pixel. */
  readonly link: number
  readonly path: string
  readonly target: string | null
  fate: Fate
  /** The fault during which it was answered, or broke. */
  window: number
  /** The life of the process that it was sent to. */
  life: number
  at: number
  took: number
}

export interface Mail {
  readonly address: string
  /** What the API called it once it had taken it. */
  id: string | null
  acceptedIn: number
  readonly deliveries: { readonly window: number; readonly at: number }[]
}

export interface Book {
  readonly hits: Hit[]
  readonly mails: Map<string, Mail>
  /** The fault that is going on, by its place in the table. */
  window: number
}

export const newBook = (): Book => ({ hits: [], mails: new Map(), window: 0 })

export const identity = (hit: Pick<Hit, 'message' | 'kind' | 'link'>): string =>
  `${hit.message} ${hit.kind} ${hit.link}`
