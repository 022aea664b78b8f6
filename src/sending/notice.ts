import { dayMillis, type Handle, type Id, newId, parseAddress } from '../base/index.ts'
import { type Content, noticePurpose, type SendRequest } from '../gate/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { compileTemplate, linkCount } from './compose/index.ts'
import type { Feed } from './feed.ts'
import { type PermitNeeds, permitAll } from './permit.ts'

export interface NoticeNeeds extends PermitNeeds {
  readonly ledger: PermitNeeds['ledger'] &
    Pick<Ledger, 'contacts' | 'campaign' | 'createCampaign' | 'moveCampaign' | 'counts'>
  readonly feed: Pick<Feed, 'nudge'>
}

/** `told`: everybody who could be told was. `failed`: it reached nobody, and has to begin again. */
export type NoticeState = 'sending' | 'told' | 'failed'

export interface Notice {
  readonly campaign: Id | null
  readonly write: () => Content
  /**
   * Called with the campaign's id before there is one, so that a crash in between begins nothing twice. Answers the id that
   * counts: another process may have been first.
   */
  readonly begun: (campaign: Id) => Promise<Id>
}

const pageSize = 500
/**
 * Carries the mail that tells people of a change of the policy one step further; to be called until it is told. It goes to
 * everyone whose address is held: nobody can opt out of it, and an address that has it is not written to twice.
 */
export function newNotices(needs: NoticeNeeds): (notice: Notice) => Promise<NoticeState> {
  const { ledger, book, clock, feed } = needs

  async function addEverybody(campaign: Id): Promise<number> {
    let added = 0
    let after: Handle | null = null
    do {
      const { contacts, next } = await ledger.contacts(after, pageSize)
      const requests = contacts.flatMap(({ address }) => requestTo(address, campaign, clock.now()) ?? [])
      added += requests.length
      if (requests.length > 0) await permitAll(needs, requests)
      after = next
    } while (after !== null)
    return added
  }

  return async ({ campaign, write, begun }) => {
    const id = campaign ?? (await begun(newId()))
    const known = await ledger.campaign(id)
    if (!known) {
      const facts = { name: 'Notice of a change of the privacy policy', purpose: noticePurpose.name }
      const sender = { from: null, replyTo: null, content: write() }
      const made = { policy: book.inForce.number, createdAt: clock.now() }
      await ledger.createCampaign({
        id,
        ...facts,
        ...sender,
        ...made,
        links: linkCount(compileTemplate(sender.content)),
      })
    }
    if (!known || known.status === 'draft') {
      if ((await addEverybody(id)) === 0) return 'told'
      await ledger.moveCampaign(id, 'running', clock.now())
      feed.nudge()
      return 'sending'
    }
    if (known.status !== 'done' && known.status !== 'cancelled') return 'sending'
    const { recipients, sent, refused, bounced } = await ledger.counts(id)
    if (sent > 0 || refused + bounced === recipients) return 'told'
    // Not before the next day: whoever refuses it today need not be asked every minute.
    return clock.now() < known.createdAt + dayMillis ? 'sending' : 'failed'
  }
}

function requestTo(text: string, campaign: Id, acceptedAt: number): SendRequest | null {
  const to = parseAddress(text)
  if (!to) return null
  const mail = { name: null, from: null, replyTo: null, content: null, merge: {}, consents: [] }
  return { id: newId(), purpose: noticePurpose.name, campaign, to, ...mail, acceptedAt }
}

export interface NoticeWords {
  readonly controller: string
  readonly contact: string
  /** `2026-12-21`: the first day on which the change may count. */
  readonly notBefore: string
  /** One line a change. */
  readonly changes: readonly string[]
  readonly privacyUrl: string
}

/** The mail itself: what changes, from when, where to read it whole and where to say no. */
export function noticeContent({ controller, contact, notBefore, changes, privacyUrl }: NoticeWords): Content {
  const paragraphs = [
    `${controller} changes its privacy policy. The new one counts from ${notBefore} at the earliest; until then the old one does.`,
    'This is what changes:',
  ]
  const after = `The policy in force, and the day of the change: ${privacyUrl}`
  const say = `Questions and objections go to ${contact}.`
  const text = [
    ...paragraphs.map(plain),
    changes.map((change) => `- ${plain(change)}`).join('\n'),
    plain(after),
    'What you want to stop: {{rights_url}}',
    plain(say),
  ]
  const html = `<!doctype html>
<html lang="en"><body>
${paragraphs.map((each) => `<p>${escaped(each)}</p>`).join('\n')}
<ul>
${changes.map((change) => `<li>${escaped(change)}</li>`).join('\n')}
</ul>
<p><a href="${escaped(privacyUrl)}" data-no-track>The policy in force, and the day of the change</a></p>
<p><a href="{{rights_url}}">What you want to stop</a></p>
<p>${escaped(say)}</p>
</body></html>
`
  const subject = plain(`Our privacy policy changes on ${notBefore} at the earliest`)
  return { subject, html, text: text.join('\n\n'), attachments: [] }
}

/** A policy's words are no template: what looks like a merge field in them is text. */
const plain = (text: string): string => text.replaceAll('{{', '{ {')

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => plain(text).replace(/[&<>"]/g, (each) => entities[each]!)
