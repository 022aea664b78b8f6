import { Fault } from '../base/index.ts'
import type { Content } from '../gate/index.ts'
import type { Purpose } from '../policy/policy.ts'
import { compileTemplate, missingRights, type Template } from './compose/index.ts'
import { parseSender } from './sender.ts'

/**
 * The template of a content that is fit to be sent for `purpose`. Throws `content_empty`, `header_injection` and, for
 * subscribed mail that does not show its reader the way out, `rights_links_missing`.
 */
export function readContent(content: Content, purpose: Purpose): Template {
  if (!content.subject.trim() || (!content.html && !content.text)) {
    throw new Fault(
      'content_empty',
      'A mail needs a subject, and an html or a text part.',
      'Give `subject`, and `html` or `text`.',
    )
  }
  const template = compileTemplate(content)
  if (purpose.subscribed && missingRights(template).length > 0) {
    throw new Fault(
      'rights_links_missing',
      'Subscribed mail must show {{unsubscribe_url}} and {{rights_url}} to its reader.',
      'Add both links to the footer of the content.',
    )
  }
  return template
}

/** Refuses what could not be written into From or Reply-To: `header_injection`, `sender_invalid`. */
export function checkSenders(...senders: readonly (string | undefined)[]): void {
  for (const sender of senders) if (sender !== undefined) parseSender(sender)
}
