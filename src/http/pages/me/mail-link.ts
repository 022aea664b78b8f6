import type { Context } from 'hono'
import { parseAddress } from '../../../base/index.ts'
import type { Claims } from '../../../gate/index.ts'
import { readerOf } from '../reader.ts'
import { askedPage } from './ask-page.ts'
import type { MeParts } from './parts.ts'
import { type StopAction, stopPage, stoppable, stopped } from './stop-page.ts'

type Answer = Response | Promise<Response>

export async function showStops(c: Context, parts: MeParts, { handle }: Claims): Promise<Response> {
  return c.html(stopPage(readerOf(c), { policy: parts.book.inForce, reachable: await isReachable(parts, handle) }))
}

/** A store that cannot be asked right now: then the reader says where to write to, and stopping goes on as ever. */
async function isReachable({ own }: MeParts, handle: Claims['handle']): Promise<boolean> {
  return handle !== null && (await own.ledger.contactOf(handle).catch(() => null)) !== null
}

interface Answers {
  readonly malformed: () => Answer
  /** Waits for what must be durable; what is not becomes a 503. */
  readonly saved: (work: Promise<void>, page: () => Answer) => Promise<Response>
}

/** The link in a mail stops things at once, or has a fresh link mailed; it shows and changes nothing else. */
export async function pressStop(c: Context, parts: MeParts, claims: Claims, answers: Answers): Promise<Response> {
  const form = await c.req.parseBody().catch(() => null)
  const { inForce: policy } = parts.book
  const reader = readerOf(c)
  const page = (action: StopAction, purpose?: string) => () =>
    c.html(stopped(reader, policy.controller.name, action, purpose))
  switch (form?.action) {
    case 'unsubscribe':
      return answers.saved(parts.unsubscribe(claims), page('unsubscribe'))
    case 'withdraw':
      return answers.saved(parts.withdraw(claims), page('withdraw'))
    case 'object': {
      const purpose = stoppable(policy).find(({ name }) => name === form.purpose)?.name
      if (purpose === undefined) return answers.malformed()
      return answers.saved(parts.unsubscribe({ ...claims, target: purpose }), page('object', purpose))
    }
    case 'rest':
      return sendFreshLink(c, parts, claims, typeof form.email === 'string' ? form.email : null)
    default:
      return answers.malformed()
  }
}

/** The answer is the same whether or not the typed address is the one that the mail went to. */
async function sendFreshLink(c: Context, parts: MeParts, { handle }: Claims, email: string | null): Promise<Response> {
  const { inForce: policy } = parts.book
  const reader = readerOf(c)
  const typed = email === null ? null : parseAddress(email.trim())
  if (email !== null && !typed) {
    return c.html(stopPage(reader, { policy, reachable: false, invalid: true }), 422)
  }
  parts.own.mail.ask({ handle, typed, language: reader.language, visitor: parts.visitor?.(c) ?? '' })
  return c.html(askedPage(reader, policy.controller.name))
}
