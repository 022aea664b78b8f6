import type { Context } from 'hono'
import { newId } from '../../../base/index.ts'
import type { Claims } from '../../../gate/index.ts'
import { readerOf } from '../reader.ts'
import { answerPage } from './answer-page.ts'
import { usedPage } from './ask-page.ts'
import { deeds, type Performed, perform } from './deeds.ts'
import { accessToken, fileOf, receiptFile, sendFile } from './files.ts'
import { confirmAddressPage, erasePage, openPage } from './open-page.ts'
import type { MeParts } from './parts.ts'

type Answer = Response | Promise<Response>

/** What a fresh link shows before it is pressed: that there is a page behind it, and nothing of anybody's. */
export async function showFresh(c: Context, parts: MeParts, claims: Claims): Promise<Response> {
  const { name } = parts.book.inForce.controller
  if (claims.target !== 'open' && claims.target !== 'confirm') {
    const file = await fileOf(parts, claims)
    return file ? sendFile(c, file) : used(c, parts)
  }
  const link = await parts.own.ledger.mailedLink(claims.message, parts.clock.now())
  if (link?.kind !== claims.target) return used(c, parts)
  const reader = readerOf(c)
  return c.html(link.kind === 'open' ? openPage(reader, name, link.expiresAt) : confirmAddressPage(reader, name))
}

/** The question before an erasure. Asking it spends nothing. */
export async function showErase(c: Context, parts: MeParts, claims: Claims, token: string): Promise<Response> {
  const link = await parts.own.ledger.mailedLink(claims.message, parts.clock.now())
  if (claims.target !== 'open' || link?.kind !== 'open') return used(c, parts)
  return c.html(erasePage(readerOf(c), parts.book.inForce.controller.name, token))
}

/**
 * One press spends the link before anything is done, so that two presses at once do it once; what goes on has the next one.
 * `malformed` is for what no button of ours sends: it spends nothing.
 */
export async function pressFresh(
  c: Context,
  parts: MeParts,
  claims: Claims,
  malformed: () => Answer,
): Promise<Response> {
  const form = await c.req.parseBody().catch(() => ({}))
  const values = new Map(Object.entries(form))
  const field = (name: string): string => {
    const value = values.get(name)
    return typeof value === 'string' ? value : ''
  }
  const action = field('action')
  if (claims.target === 'confirm' && action === 'confirm') return confirmed(c, parts, claims)
  const deed = claims.target === 'open' ? deeds.get(action) : undefined
  if (!deed) return malformed()
  const renewed = newId()
  const link = await parts.own.ledger.spendMailedLink(claims.message, renewed, parts.clock.now())
  if (link?.kind !== 'open') return used(c, parts)
  const session = { address: link.address, token: accessToken(parts, renewed, 'open'), expiresAt: link.expiresAt }
  return answered(c, await perform(deed, parts, { reader: readerOf(c), session, field }))
}

/** Whoever reads the mail of the new address has answered: from now on it counts. */
async function confirmed(c: Context, parts: MeParts, claims: Claims): Promise<Response> {
  const link = await parts.own.ledger.spendMailedLink(claims.message, null, parts.clock.now())
  if (link?.kind !== 'confirm' || !link.nextAddress) return used(c, parts)
  const { address, nextAddress, expiresAt } = link
  const reader = readerOf(c)
  const { name } = parts.book.inForce.controller
  const session = { address, token: '', expiresAt }
  const rectify = async () => {
    const { outcome, receipt } = await parts.own.rights.rectify(address, { address: nextAddress })
    const file = receiptFile(parts, receipt.case, expiresAt)
    const heading = outcome === 'nothing_held' ? outcome : 'rectify'
    return answerPage(reader, name, { kind: 'receipt', outcome: heading, receipt, file }, null)
  }
  return answered(c, await perform(rectify, parts, { reader, session, field: () => '' }))
}

const answered = (c: Context, { page, done }: Performed): Answer =>
  done ? c.html(page) : c.html(page, 503, { 'Retry-After': '30' })

const used = (c: Context, { book }: MeParts) => c.html(usedPage(readerOf(c), book.inForce.controller.name), 410)
