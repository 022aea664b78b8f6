import PostalMime, { type Attachment, type Email } from 'postal-mime'
import { bounded } from './bounded.ts'

/** One block of fields of a report, by lower-case name; of a field that comes twice the first. */
export type Fields = ReadonlyMap<string, string>

/** The parts of a mail that may tell what became of another one. In memory only, and only until the verdict. */
export interface Returned {
  header(name: string): string | null
  readonly subject: string
  /** Bare; empty for a From without an address, as some servers write their own, and null without any. */
  readonly from: string | null
  /** What it says to people, up to the mail that it returns. */
  readonly text: string
  /** One block a recipient (RFC 3464 section 2.3). */
  readonly recipients: readonly Fields[]
  /** RFC 5965; null without a feedback report. */
  readonly feedback: Fields | null
  /** RFC 8098; null without one. */
  readonly disposition: Fields | null
  /** Everything in which a token of ours may come back: envelope fields, reports, returned headers. */
  readonly traces: readonly string[]
}

const statusType = /^message\/(?:global-)?delivery-status$/
const returnedType = /^(?:message\/(?:rfc822|global|partial|global-headers)|text\/rfc822(?:-headers)?)$/

/** Null when it is no mail that can be read: broken beyond repair, or nested past any use. */
export async function readReturned(raw: Buffer): Promise<Returned | null> {
  let mail: Email
  try {
    mail = await PostalMime.parse(unboxed(bounded(raw)), {
      forceRfc822Attachments: true,
      maxNestingDepth: 128,
      maxHeadersSize: 512 * 1024,
    })
  } catch {
    return null
  }
  const parts = mail.attachments
  const of = (type: RegExp): readonly string[] => parts.filter(({ mimeType }) => type.test(mimeType)).map(textOf)
  // Of a mail in HTML alone the parser makes the text.
  const body = mail.text ?? ''
  const { said, rest } = beforeReturned(body)
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? null
  // Some reports lost their boundaries on the way, and stand in the text.
  const reports = [...of(statusType), ...(/^final-recipient\s*:/im.test(body) ? [body.slice(0, longestTrace)] : [])]
  const feedback = of(/^message\/feedback-report$/)
  const other = parts.filter(({ mimeType }) => /^text\/plain$/.test(mimeType)).map(textOf)
  return {
    header,
    subject: mail.subject ?? '',
    from: header('from') === null ? null : (mail.from?.address ?? '').toLowerCase(),
    text: said.trim() === '' && other[0] ? beforeReturned(other[0]).said : said,
    recipients: reports.flatMap(blocks).filter((block) => block.has('action') || block.has('status')),
    feedback: feedback[0] === undefined ? null : merged(blocks(feedback[0])),
    disposition: merged(of(/^message\/disposition-notification$/).flatMap(blocks)),
    traces: [
      ...mail.headers.map(({ value }) => value),
      ...[...reports, ...feedback, rest, said].map((text) => text.slice(0, longestTrace)),
      ...of(returnedType).map((text) => text.slice(0, longestTrace)),
    ],
  }
}

// Whoever sends the mail chooses what the patterns below run over: each text is bounded before.
const longestTrace = 64 * 1024
const longestReport = 256 * 1024
const longestText = 64 * 1024

/** mbox files begin with a line that is no header. */
const unboxed = (raw: Buffer): Buffer =>
  raw.subarray(0, 5).toString('latin1') === 'From ' ? raw.subarray(raw.indexOf(10) + 1) : raw

function textOf({ content }: Attachment): string {
  return typeof content === 'string' ? content : Buffer.from(content as Uint8Array).toString('utf8') // never base64 here: no encoding was asked for
}

function blocks(text: string): readonly Fields[] {
  return text
    .slice(0, longestReport)
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]+(?=\S)/g, ' ')
    .split(/\n\s*\n/)
    .slice(0, 200)
    .map((block) => {
      const fields = new Map<string, string>()
      for (const line of block.split('\n')) {
        const [, name, value] = /^\s*([A-Za-z][A-Za-z0-9-]{0,60})\s*:\s*(.*)$/.exec(line) ?? []
        if (name && value !== undefined && !fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), value)
      }
      return fields
    })
}

function merged(all: readonly Fields[]): Fields | null {
  const entries = all.flatMap((fields) => [...fields]).reverse()
  return entries.length > 0 ? new Map(entries) : null
}

/** A line that announces the returned mail; lines are cut and trimmed before, so that no pattern runs over more than that. */
const announces =
  /^(?:[-=*_#+]{2,}.{0,12}?(?:this is a copy|original|below this line|returned|unsent|undelivered|the header|message header|forwarded|enclosed|copy of|begin)|(?:the )?(?:header and |full )?(?:message headers?|original message|headers? of (?:the )?original|returned message|en-t.{1,4}tes de message d'origine|kopfzeilen).{0,30}$|below is a copy of)/i
const headerLine = /^(?:received|return-path|dkim-signature|x-originating-ip):/i
const anyHeader = /^[A-Za-z][A-Za-z0-9-]{0,60}:/
const longestLine = 200

/** What stands before the returned mail, whether a line announces it or its headers just begin. */
function beforeReturned(text: string): { readonly said: string; readonly rest: string } {
  const lines = text.slice(0, longestText).split(/\r\n|\r|\n/)
  const end = lines.findIndex((line, at) => endsReport(line, lines, at))
  if (end < 0) return { said: lines.join('\n'), rest: '' }
  return { said: lines.slice(0, end).join('\n'), rest: lines.slice(end).join('\n') }
}

function endsReport(line: string, lines: readonly string[], at: number): boolean {
  const start = line.slice(0, longestLine)
  if (headerLine.test(start)) {
    const next = lines.slice(at + 1, at + 20).find((each) => !/^[ \t]/.test(each))
    return next !== undefined && anyHeader.test(next.slice(0, 80))
  }
  return announces.test(start.trim().replace(/^[> ]+/, ''))
}
