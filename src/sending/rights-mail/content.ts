import type { Language } from '../../base/index.ts'
import type { Content } from '../../gate/index.ts'
import { mailWords } from './words.ts'

export interface LetterFacts {
  readonly kind: 'open' | 'confirm'
  readonly language: Language
  readonly controller: string
  readonly contact: string
  /** The link, which is all that the mail is for. */
  readonly url: string
}

/** A mail of the house: a few sentences and one link, which nothing tracks. Names of the policy are text in it, never a template. */
export function rightsContent({ kind, language, controller, contact, url }: LetterFacts): Content {
  const { subject, before, link, after } = mailWords[language][kind]
  const say = (text: string): string =>
    // A line break in a name would end the subject's header line.
    text.replace(/\{(controller|contact)\}/g, (_all, name) => literal(name === 'contact' ? contact : controller))
  const paragraph = (text: string): string => `<p>${escaped(say(text))}</p>`
  const html = `<!doctype html>
<html lang="${language}"><body style="font:16px/1.6 system-ui,sans-serif;max-width:34rem">
${before.map(paragraph).join('\n')}
<p><a href="${escaped(url)}" data-no-track><strong>${escaped(link)}</strong></a></p>
${after.map(paragraph).join('\n')}
</body></html>
`
  const text = [...before.map(say), `${link}:\n${url}`, ...after.map(say)].join('\n\n')
  return { subject: say(subject), html, text, attachments: [] }
}

const literal = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('{{', '{ {')

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (each) => entities[each]!)
