import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newLog } from '../../../src/base/index.ts'
import { openSqliteLedger } from '../../../src/ledger/index.ts'
import type { Policy } from '../../../src/policy/policy.ts'
import { newRights, newSigner } from '../../../src/upkeep/index.ts'
import { operatorKey } from '../../ledger/folder.ts'
import { consentTo, handClock, hitOn, permit, requestTo } from '../../ledger/mail.ts'
import { bookOf, policyOf } from '../../ledger/policies.ts'

export interface SceneGiven {
  readonly clock?: ReturnType<typeof handClock>
  readonly operators?: readonly ReturnType<typeof operatorKey>[]
  readonly policy?: Policy
}

/** A deployment in a folder of its own: a real store, a hand-moved clock, a board that remembers who was stopped. */
export async function openScene({ clock = handClock(), operators = [operatorKey()], policy }: SceneGiven = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-rights-'))
  const book = bookOf(policy ?? policyOf())
  const stopped = new Set<string>()
  const open = () =>
    openSqliteLedger({
      ...{ path: join(folder, 'lethe.db'), keysPath: join(folder, 'keys.db'), epochsPath: join(folder, 'epochs') },
      ...{ operatorKeys: operators, policies: book, clock },
    })
  const ledger = await open()
  await ledger.enforce(book.inForce)
  const board = {
    stop: async (entries: readonly { readonly handle: string }[]) => {
      for (const { handle } of entries) stopped.add(handle)
    },
    lift: async (handles: readonly string[]) => {
      for (const handle of handles) stopped.delete(handle)
    },
  }
  const rights = newRights({
    ...{ ledger, book, clock, epochMillis: 604_800_000, log: newLog(() => {}, clock) },
    queue: { board, clean: async () => 0, forget: async () => 'done' as const },
    signer: newSigner(operators),
  })
  const send = async (email: string, given: Parameters<typeof requestTo>[2] = {}) => {
    const request = requestTo(email, clock, given)
    const [standing] = await ledger.standings([request.to])
    const [accepted] = await ledger.accept([permit(request, book.inForce, standing)])
    return accepted!
  }
  /** A mail that went out, was opened once, and whose reader said yes to that. */
  const sendThrough = async (email: string) => {
    const accepted = await send(email)
    const [claimed] = await ledger.claim([accepted.id], clock.now(), clock.now() + 60_000)
    const { id, fence } = claimed!
    const kept = { subject: 'Hello', links: ['https://target.example/p'] }
    await ledger.settle([{ id, fence, status: 'sent', reason: null, ...kept }], clock.now())
    await ledger.recordConsent(requestTo(email, clock).to, consentTo('insight', 'granted', clock.now() - 1000))
    await ledger.record([hitOn(id, clock, book)])
    return accepted
  }
  const close = async (): Promise<void> => {
    await ledger.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { folder, clock, book, ledger, rights, stopped, send, sendThrough, close }
}

export type RightsScene = Awaited<ReturnType<typeof openScene>>
