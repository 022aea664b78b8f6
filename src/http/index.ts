/**
 * The two listening sides. In: requests. Out: answers, and hits in closed boxes. The door alone reads addresses and headers;
 * the tracker serves hits and pages to anybody, the API serves the sender behind a key, and they never share a port.
 * Forbidden: storage tables, composing mail, logging anything of a request but its route and status.
 */
export {
  type ApiParts,
  type Authorize,
  anyKey,
  bootstrapKey,
  createdKeys,
  type FeedbackDoors,
  type KeysReport,
  newApi,
  type OperatorKeyVerbs,
  type Readiness,
} from './api/index.ts'
export { newApiServer } from './api-server.ts'
export { clientAddress, commaHops, forwardedHops, normalAddress, parseTrust, type Trust } from './client-address.ts'
export { readHit } from './door.ts'
export { newInside } from './forward.ts'
export { type HealthParts, newHealthServer } from './health-server.ts'
export { newPages, type PageParts } from './pages/app.ts'
export type { Notice } from './pages/privacy.ts'
export { pixel } from './pixel.ts'
export { expectProxyHeader, type ProxyHeader, readProxyHeader } from './proxy-protocol.ts'
export { reportCsv } from './reports/csv.ts'
export { closeTracker } from './tracker.ts'
export { newTrackerServer, type TrackerParts } from './tracker-server.ts'
