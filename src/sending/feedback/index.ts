/**
 * What comes back of mail that was sent. In: returned mails, complaints, providers' notices. Out: a class and a code in the
 * ledger, for the message that a token of ours names; counts of everything else. Forbidden: keeping, logging or passing on
 * anything else of what came; believing an address that a report names.
 */
export { type Bounded, newBounded } from './bounded.ts'
export { type FeedbackCounters, type Heard, heard } from './counters.ts'
export { type FeedbackIntake, type FeedbackNeeds, newFeedbackIntake, stoppedBy } from './intake.ts'
export { judge } from './judge.ts'
export { type Door, type Notification, newMailgunDoor, newPostmarkDoor, newSnsDoor } from './notifications/index.ts'
export { type Returned, readReturned } from './returned.ts'
export { newStamp, type Stamp } from './stamp.ts'
export type { Bounce, Verdict } from './verdict.ts'
