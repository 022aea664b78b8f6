import type { Language } from '../base/index.ts'
import type { Content } from '../gate/index.ts'
import { confirmWords } from './confirm-words.ts'

export interface ConfirmFacts {
  readonly language: Language
  readonly controller: string
  readonly contact: string
  /** What is to be consented to, as the person read it. */
  readonly wording: string
  /** ISO day after which the link is dead. */
  readonly until: string
  readonly url: string
}

/** What is to be agreed to and one link, which nothing tracks; no picture, no other purpose. */
export function confirmContent({ language, wording, url, ...facts }: ConfirmFacts): Content {
  const { subject, before, link, after } = confirmWords[language]
  const say = (text: string): string =>
    // A line break in a name would end the subject's header line.
    text.replace(/\{(controller|contact|until)\}/g, (_all, name: keyof typeof facts) => literal(oneLine(facts[name])))
  const html = `<!doctype html>
<html lang="${language}"><body style="font:16px/1.6 system-ui,sans-serif;max-width:34rem">
<p>${escaped(say(before))}</p>
<blockquote style="white-space:pre-line">${escaped(literal(wording))}</blockquote>
<p><a href="${escaped(url)}" data-no-track><strong>${escaped(link)}</strong></a></p>
${after.map((text) => `<p>${escaped(say(text))}</p>`).join('\n')}
</body></html>
`
  const quoted = literal(wording)
    .split(/\r?\n/)
    .map((line) => `> ${line}`)
    .join('\n')
  const text = [say(before), quoted, `${link}:\n${url}`, ...after.map(say)].join('\n\n')
  return { subject: say(subject), html, text, attachments: [] }
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ')
/** What others wrote is text in the mail, never a template of it. */
const literal = (text: string): string => text.replaceAll('{{', '{ {')
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (each) => entities[each]!)
