import type { Context } from 'hono'
import { dayOf, type Id } from '../../../base/index.ts'
import { type Claims, mintToken } from '../../../gate/index.ts'
import type { MeParts } from './parts.ts'

type Minting = Pick<MeParts, 'ring' | 'book' | 'clock'>

/** A link below `/me/`; what it is for is sealed in it, so that none of them does the work of another. */
export function accessToken({ ring, book, clock }: Minting, message: Id, target: string): string {
  const claims = { policy: book.inForce.number, issued: dayOf(clock.now()), message, handle: null, link: 0, target }
  return mintToken(ring, 'access', claims)
}

/** The export as a file, for the rest of the hour. */
export const dataFile = (parts: Minting, link: Id, ofCase: Id): string => accessToken(parts, link, `file ${ofCase}`)

/** A receipt as a file: it names nobody, and outlives an erasure on the page that shows it. */
export const receiptFile = (parts: Minting, ofCase: Id, until: number): string =>
  accessToken(parts, ofCase, `receipt ${until}`)

/** The file behind the link, or null where there is none (any more). Reading it changes nothing. */
export async function fileOf({ own, clock }: MeParts, { message, target }: Claims) {
  const [kind, detail = ''] = target.split(' ')
  if (kind === 'receipt') {
    const found = Number(detail) > clock.now() ? await own.rights.cases.one(message) : null
    return found && { name: `receipt-${found.case}.json`, json: found.receipt ?? found }
  }
  const link = kind === 'file' ? await own.ledger.mailedLink(message, clock.now()) : null
  if (link?.kind !== 'file') return null
  const [found, data] = await Promise.all([own.rights.cases.one(detail), own.rights.held(link.address)])
  return { name: 'my-data.json', json: { case: detail, receipt: found?.receipt ?? null, data } }
}

export const sendFile = (c: Context, { name, json }: { readonly name: string; readonly json: unknown }) =>
  c.body(`${JSON.stringify(json, null, 2)}\n`, 200, {
    'Content-Type': 'application/json; charset=UTF-8',
    'Content-Disposition': `attachment; filename="${name}"`,
  })
