import { dayMillis, dayOf, isoDay, type Log } from '../base/index.ts'
import type { Ledger, PendingPolicy } from '../ledger/index.ts'
import { diffPolicies, type Policy } from '../policy/index.ts'
import { type NoticeNeeds, newNotices, noticeContent } from '../sending/index.ts'
import { type OpenBook, refreshBook } from './book.ts'
import { changeSentences } from './change-sentences.ts'
import type { House } from './house.ts'
import type { Sending } from './sending.ts'

const chunk = 2000

/** A wider policy that waits, as people are told of it. */
export interface WaitingPolicy {
  readonly policy: Policy
  /** ISO day; null until people were told of it. */
  readonly from: string | null
}

/** What becomes of a policy that differs from the one before. */
export interface PolicyChange {
  /** Puts what may count at once in force, and lets what is wider wait. Every process does so at its start. */
  begin(): Promise<void>
  /** One step on: tells people, and puts the waiting policy in force once its time has come. For one process at a time. */
  advance(): Promise<void>
  /** Turns to what another process has put in force, and hears of what it lets wait. */
  follow(): Promise<void>
  /** Stored data cut down to the policy in force. */
  retighten(): Promise<number>
  readonly waiting: WaitingPolicy | null
}

export interface ChangeNeeds extends NoticeNeeds {
  readonly ledger: NoticeNeeds['ledger'] &
    Pick<
      Ledger,
      'enforce' | 'policySources' | 'pendingPolicy' | 'proposePolicy' | 'noteNotice' | 'dropProposal' | 'retighten'
    >
  readonly book: OpenBook
  readonly log: Log
  readonly publicUrl: string
  /** The configured policy, if it has to wait. */
  readonly wider: Policy | null
  /** False under a shifted clock on real data: a rehearsal changes nothing for good. */
  readonly real: boolean
}

/**
 * A narrower policy counts at once, and reaches what is stored. A wider one waits until people were told of it, by mail or
 * on the page as the policy in force promised, for as long as that one promised, and for its own effective day.
 */
export function newPolicyChange(needs: ChangeNeeds): PolicyChange {
  const { ledger, book, clock, log, publicUrl, wider, real } = needs
  const notify = newNotices(needs)
  let pending: PendingPolicy | null = null

  const next = (): Policy | null => (pending && wider?.number === pending.number ? wider : null)

  function dueAt({ announcedAt }: PendingPolicy, policy: Policy): number | null {
    if (announcedAt === null) return null
    const { noticeDays } = diffPolicies(book.inForce, policy)
    const effective = Date.parse(policy.effective)
    return Math.max(announcedAt + noticeDays * dayMillis, Number.isNaN(effective) ? 0 : effective)
  }

  async function begin(): Promise<void> {
    if (!real) return
    if (wider) {
      pending = await ledger.proposePolicy(wider, clock.now())
      log.warn('policy_waits', { code: 'policy_wider', policy: wider.name })
      return count()
    }
    const last = (await ledger.policySources()).at(-1)
    if (last?.number === book.inForce.number) return ledger.dropProposal()
    await ledger.enforce(book.inForce)
    if (last) await retighten()
  }

  async function tell(waits: PendingPolicy, policy: Policy): Promise<void> {
    const diff = diffPolicies(book.inForce, policy)
    const told = async () => {
      await ledger.noteNotice(waits.number, { announcedAt: clock.now() })
      log.info('policy_announced', { policy: policy.name })
    }
    // The page has shown it since it began to wait.
    if (diff.by === 'page') return told()
    const { name, contact } = book.inForce.controller
    const state = await notify({
      campaign: waits.campaign,
      begun: async (campaign) => {
        await ledger.noteNotice(waits.number, { campaign })
        return (await ledger.pendingPolicy())?.campaign ?? campaign
      },
      write: () =>
        noticeContent({
          ...{ controller: name, contact, privacyUrl: `${publicUrl}/privacy` },
          notBefore: isoDay(dayOf(clock.now()) + diff.noticeDays),
          changes: changeSentences(diff.changes),
        }),
    })
    if (state === 'told') return told()
    if (state === 'sending') return
    log.error('policy_notice_failed', { code: 'notice_unsent', policy: policy.name })
    await ledger.noteNotice(waits.number, { campaign: null })
  }

  async function advance(): Promise<void> {
    if (!real) return
    pending = await ledger.pendingPolicy()
    const policy = next()
    if (!pending || !policy) return
    if (pending.announcedAt === null) await tell(pending, policy)
    await count()
  }

  /** Its time has come, or has not. */
  async function count(): Promise<void> {
    pending = await ledger.pendingPolicy()
    const policy = next()
    if (!policy) return
    const due = pending && dueAt(pending, policy)
    if (due === null || clock.now() < due) return
    await ledger.enforce(policy)
    book.turn(policy)
    pending = null
    log.info('policy_in_force', { policy: policy.name })
    // It may be narrower elsewhere.
    await retighten()
  }

  async function retighten(): Promise<number> {
    if (!real) return 0
    const done = await ledger.retighten(clock.now(), { chunk })
    const count = done.reduce((sum, each) => sum + each.count, 0)
    if (count > 0) log.info('retightened', { count })
    return count
  }

  async function follow(): Promise<void> {
    if (!real) return
    const before = book.inForce.number
    await refreshBook(book, ledger)
    if (book.inForce.number !== before) log.info('policy_in_force', { policy: book.inForce.name })
    pending = await ledger.pendingPolicy()
  }

  return {
    begin,
    advance,
    follow,
    retighten,
    get waiting() {
      const policy = next()
      if (!policy) return wider && !real ? { policy: wider, from: null } : null
      const due = pending && dueAt(pending, policy)
      return { policy, from: due === null ? null : isoDay(Math.ceil(due / dayMillis)) }
    },
  }
}

/** The change of policy over the opened house, its notice sent through the ordinary way of mail. */
export function openChange(house: House, { feed }: Pick<Sending, 'feed'>): PolicyChange {
  const { ledger, book, log, config, queue, wider, real } = house
  const publicUrl = config.publicUrl.href.replace(/\/$/, '')
  return newPolicyChange({ ledger, book, log, clock: config.clock, board: queue.board, feed, publicUrl, wider, real })
}
