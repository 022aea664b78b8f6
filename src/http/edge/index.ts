/**
 * What a process that only tracks needs of this room, and no more: the API, its schemas and all that they call stay out of
 * its memory. The rules are the room's own (../index.ts).
 */
export { type Authorize, bootstrapKey } from '../api/bearer.ts'
export type { Readiness } from '../api/parts.ts'
export { parseTrust, type Trust } from '../client-address.ts'
export { type HealthParts, newHealthServer } from '../health-server.ts'
export type { Notice } from '../pages/privacy.ts'
export { expectProxyHeader } from '../proxy-protocol.ts'
export { closeTracker, newHitServer } from '../tracker.ts'
export { type LatePageParts, newLatePages } from './late-pages.ts'
