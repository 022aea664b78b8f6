import { bytesOf, type Clock, equalBytes, type Id, idOf, keyedHash, randomBytes } from '../../base/index.ts'

/** Links that show one report to whoever has them, for a short time. */
export interface ReportLinks {
  make(campaign: Id): { readonly token: string; readonly until: number }
  /** The campaign of a link that is genuine and not over yet; else null. */
  open(token: string): Id | null
}

const idBytes = 16
const timeBytes = 4
const sealBytes = 16
const minute = 60_000
const minutes = 15

/**
 * A browser sends no bearer key, and a key in an address would end in histories. The key of these links is drawn at the
 * start, lies in memory only and ends with the process: whatever a history or a log keeps of them is worth nothing then.
 */
export function newReportLinks(clock: Clock): ReportLinks {
  const key = randomBytes(32)
  const sealOf = (facts: Uint8Array): Buffer => keyedHash(key, facts, sealBytes)

  return {
    make(campaign) {
      const ends = Math.floor(clock.now() / minute) + minutes
      const time = Buffer.alloc(timeBytes)
      time.writeUInt32BE(ends)
      const facts = Buffer.concat([bytesOf(campaign), time])
      return { token: Buffer.concat([facts, sealOf(facts)]).toString('base64url'), until: ends * minute }
    },
    open(token) {
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length !== idBytes + timeBytes + sealBytes) return null
      const facts = bytes.subarray(0, idBytes + timeBytes)
      if (!equalBytes(sealOf(facts), bytes.subarray(facts.length))) return null
      return facts.readUInt32BE(idBytes) * minute > clock.now() ? idOf(facts.subarray(0, idBytes)) : null
    },
  }
}
