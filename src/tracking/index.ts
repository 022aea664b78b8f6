/**
 * From a hit to a row. At the edge: a token and a raw hit come in, a permitted event goes to the queue in a group, and the
 * reader is answered within a bound. Behind the queue: batches of wires come in, are permitted again and recorded.
 * Forbidden: keeping an address or a user agent beyond the call that brought it; answering differently for a stopped person.
 */
export { type Agent, circumstanceRules, classify, ruleSet, userAgentRules } from './classify/index.ts'
export {
  type ClickAnswer,
  type Collector,
  type CollectorParts,
  type Counters,
  newCollector,
  type Passage,
  type RefusalCode,
} from './collect.ts'
export { type Deliveries, newDeliveries } from './deliveries.ts'
export { type GroupCommit, type GroupSettings, newGroupCommit } from './group-commit.ts'
export {
  isNetworkKind,
  type NetworkKind,
  type NetworkSet,
  networkKinds,
  putNetworkSet,
  readNetworkFile,
  readNetworks,
  shippedNetworks,
} from './networks/index.ts'
export { type OpenReaders, openReaders, type ReaderOptions } from './readers.ts'
export { type RecordParts, recordBatch } from './record.ts'
export { type DayVisitors, newVisitors } from './visitors.ts'
