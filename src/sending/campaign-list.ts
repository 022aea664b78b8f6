import { bytesOf, Fault, type Id, idOf } from '../base/index.ts'
import type { CampaignLine, CampaignPlace, Ledger } from '../ledger/index.ts'

export interface CampaignPage {
  readonly campaigns: readonly CampaignLine[]
  /** For the next page; null on the last one. */
  readonly next: string | null
}

/** Campaigns, newest first, by pages. Throws `cursor_invalid`. */
export async function listCampaigns(
  ledger: Pick<Ledger, 'campaigns'>,
  after: string | null,
  limit: number,
): Promise<CampaignPage> {
  const campaigns = await ledger.campaigns(after === null ? null : placeOf(after), limit)
  const last = campaigns.length < limit ? undefined : campaigns.at(-1)
  return { campaigns, next: last ? cursorOf(last) : null }
}

// When it was made and which it is: neither is anybody's, so that nothing has to be sealed.
const cursorOf = ({ createdAt, id }: CampaignPlace): string => {
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(createdAt))
  return Buffer.concat([time, bytesOf(id)]).toString('base64url')
}

function placeOf(cursor: string): CampaignPlace {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length !== cursorBytes || bytes.toString('base64url') !== cursor) throw invalid()
  const createdAt = Number(bytes.readBigUInt64BE())
  if (!Number.isSafeInteger(createdAt)) throw invalid()
  return { createdAt, id: idOf(bytes.subarray(8)) as Id }
}

const cursorBytes = 24

const invalid = (): Fault =>
  new Fault('cursor_invalid', '`after` is no cursor of this list.', 'Use `next` of the page before, as it is.')
