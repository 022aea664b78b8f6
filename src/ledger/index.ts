/**
 * The store. In: permitted messages and events, consents, outcomes. Out: what a worker must know to deliver, what a report
 * may show, what an audit must see. Forbidden: values that the gate did not mint; tables outside this room; plain personal
 * values at rest (law 4).
 */
export { type Copied, copyStore } from './copy.ts'
export type * from './ledger.ts'
export { type LedgerOptions, openLedger, openSqliteLedger } from './open.ts'
