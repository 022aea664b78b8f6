/**
 * The only doors. In: a raw hit from the network, a request to send. Out: a PermittedEvent or a PermittedMessage that
 * holds exactly what the policy grants, or a refusal code; and the tokens that tie the two ends together.
 * Forbidden: storage, queues, sockets; and any way to make a permitted value but through these functions.
 */
export { refuseCards } from './card.ts'
export {
  type CertificateFacts,
  type CertificatePlan,
  type CertificateVerdict,
  certificateId,
  isCertificateId,
  mintCertificate,
  openCertificate,
} from './certificate.ts'
export { type ConsentInput, readConsent } from './consent.ts'
export { type Part, type Suppress, suppressSmall } from './crowd.ts'
export {
  forgery,
  isPermittedEvent,
  type PermittedEvent,
  type Policies,
  permitHit,
  type Refusal,
  readmit,
  reclassed,
  type Verdict,
} from './event.ts'
export {
  type About,
  type Client,
  type Evidence,
  type Novelty,
  newRawHit,
  type Place,
  type RawHit,
  type Readers,
  type Visitors,
} from './hit.ts'
export {
  type Attachment,
  type ConsentRecord,
  type Content,
  isPermittedMessage,
  type MessageFacts,
  maySend,
  type PermittedMessage,
  permitMessage,
  type SendRefusal,
  type SendRequest,
  type Standing,
  unknownPerson,
} from './message.ts'
export { confirmPurpose, housePurpose, housePurposes, noticePurpose, purposeOf, rightsPurpose } from './notice.ts'
export { hygieneOn, narrowerPlan, type Occasion, planTracking, type TrackingPlan } from './plan.ts'
export { mintReturn, openReturn, type ReturnVerdict, returnsIn } from './return-path.ts'
export { type KeyRing, newKeyRing, type OperatorKey, parseOperatorKeys, turningRing } from './ring.ts'
export { type ConsentSource, consentSources, sourceOf } from './source.ts'
export { newStopSet, type StopSet } from './stops.ts'
export { type Claims, mintSharedToken, mintToken, openToken, type TokenKind, type TokenVerdict } from './token.ts'
export { type Form, forms, isCount, type Measured, openWire, type Wire } from './wire.ts'
export { refuseAddressIn } from './wording.ts'
