/**
 * The private side, for the sender's own systems. In: JSON, CSV, NDJSON behind a bearer key. Out: ids, statuses, counts;
 * faults as application/problem+json. Forbidden: sockets (an app is a function), storage, any rule of the domain.
 */
export { newApi } from './app.ts'
export { type Authorize, anyKey, bootstrapKey, createdKeys } from './bearer.ts'
export type { FeedbackDoors } from './feedback.ts'
export type { ApiParts, KeysReport, OperatorKeyVerbs, Readiness } from './parts.ts'
export { problemOf } from './problem.ts'
