import { TextDecoder } from 'node:util'
import { Fault } from '../base/index.ts'

/** What spreadsheets write, by the labels of the Encoding standard; UTF-8 needs no decoder: each line is checked by itself. */
const decoders: ReadonlySet<string> = new Set(['utf-16le', 'utf-16be', 'windows-1252', 'windows-1250', 'iso-8859-15'])

/** The `charset` of a Content-Type as a label of the Encoding standard; null where it is UTF-8 or none is given. Throws `charset_unknown`. */
export function charsetOf(contentType: string | null): string | null {
  const given = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1]
  if (given === undefined) return null
  let label = ''
  try {
    label = new TextDecoder(given).encoding
  } catch {
    // No label at all: refused below like one that is not read here.
  }
  if (label === 'utf-8') return null
  if (decoders.has(label)) return label
  throw new Fault(
    'charset_unknown',
    'The charset of the Content-Type is not read here.',
    `Send UTF-8, or declare one of: ${[...decoders].join(', ')}.`,
  )
}

/** The bytes as UTF-8, whatever was declared; a byte order mark of UTF-16 declares itself. In constant memory. */
export async function* asUtf8(source: AsyncIterable<Uint8Array>, declared: string | null): AsyncGenerator<Uint8Array> {
  let decoder: TextDecoder | null = declared === null ? null : new TextDecoder(declared, { fatal: true })
  let begin: Uint8Array | null = declared === null ? new Uint8Array(0) : null
  for await (const chunk of source) {
    let bytes = chunk
    if (begin) {
      bytes = begin.length > 0 ? Buffer.concat([begin, chunk]) : chunk
      begin = bytes.length < 2 ? bytes : null
      if (begin) continue
      decoder = marked(bytes)
    }
    yield decoder ? Buffer.from(decode(decoder, bytes)) : bytes
  }
  if (begin && begin.length > 0) yield begin
  if (decoder) yield Buffer.from(decode(decoder, null))
}

const naming =
  'Name what it is in Content-Type, as text/csv; charset=windows-1252 (spreadsheets of Western Europe), or save it as UTF-8.'

export const charsetMissing = (sentence: string): Fault => new Fault('charset_missing', sentence, naming)

/** What to do about an upload with lines that were no UTF-8; none of them is guessed at. */
export const charsetHint = (lines: number): { readonly next?: string } =>
  lines === 0 ? {} : { next: `${lines} lines are not UTF-8. ${naming} Whoever was taken already is a duplicate then.` }

function marked([first, second]: Uint8Array): TextDecoder | null {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le', { fatal: true })
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be', { fatal: true })
  return null
}

function decode(decoder: TextDecoder, bytes: Uint8Array | null): string {
  try {
    return bytes === null ? decoder.decode() : decoder.decode(bytes, { stream: true })
  } catch {
    throw new Fault(
      'charset_wrong',
      'The file holds bytes that its charset does not have; what came before them was taken.',
      'Save it as UTF-8 and send it again: whoever was taken already is a duplicate then.',
    )
  }
}
