/** What was heard and what became of it, counted since the start; a label of the metric names no person and no address. */
export const heard = [
  ...(['hard', 'soft', 'delayed', 'complaint', 'delivered', 'autoreply', 'other'] as const),
  // Of no message of ours: no token in it, a token that we did not make, a message that is gone, or an address of nobody.
  ...(['unresolved', 'complaint_unresolved', 'forged', 'unknown', 'address_unknown'] as const),
  ...(['repeated', 'early', 'restricted', 'unreadable', 'signature_invalid'] as const),
] as const

export type Heard = (typeof heard)[number]
export type FeedbackCounters = Record<Heard, number>

export const newFeedbackCounters = (): FeedbackCounters =>
  Object.fromEntries(heard.map((name) => [name, 0])) as FeedbackCounters // fromEntries forgets the keys' type
