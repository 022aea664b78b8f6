/**
 * What every room stands on: the clock, coded faults, the log, ids, durations, addresses, and libsodium's boxes.
 * In: plain values. Out: plain values. Forbidden: the environment, the network, any knowledge of mail.
 */
export { type Address, domainOf, parseAddress } from './address.ts'
export { holdsAddress } from './addresses-in.ts'
export { type Clock, type Day, dayMillis, dayOf, isoDay, realClock, shiftedClock } from './clock.ts'
export { hasControls, refuseControls } from './controls.ts'
export { daysOf, type Millis, parseDuration } from './duration.ts'
export { codeWithCause, Fault, isFault, storeTrouble } from './fault.ts'
export { type Frequency, newFrequency } from './frequency.ts'
export { bytesOf, type Handle, handlesTogether, type Id, idOf, idsTogether, newHandle, newId } from './ids.ts'
export { type Language, languageOf, languages, preferredLanguage } from './language.ts'
export { isLogLine, type Log, type LogFields, newLog } from './log.ts'
export { packageRoot } from './root.ts'
export {
  boxBytes,
  deriveKey,
  digest,
  equalBytes,
  keyedHash,
  newNamer,
  openSeal,
  openSealInto,
  publicRandom,
  randomBytes,
  seal,
  sealSame,
  wipe,
} from './seal.ts'
export { hashSecret, secretMatches } from './secret.ts'
