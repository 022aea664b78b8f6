import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { Fault } from '../base/index.ts'
import { charsetOf } from '../main/index.ts'
import type { Client } from './client.ts'
import { readable } from './file.ts'

export const charsetOption = {
  flag: 'charset',
  value: 'C',
  about: 'what the file is if it is not UTF-8: windows-1252, iso-8859-15, …',
}

export interface AddressFile {
  readonly path: string
  readonly contentType: string
}

/**
 * A file of people for the API, as its name and `charset` say. Throws `file_missing`; `charset_missing` for one that is not
 * UTF-8 where nobody says what else it is: found before anything is sent, nobody is left out of a mail that others get; and
 * `charset_unknown`.
 */
export async function addressFile(
  path: string,
  charset: string | undefined,
  flag = '--recipients',
): Promise<AddressFile> {
  readable(path, flag)
  const type = /\.(ndjson|jsonl)$/i.test(path) ? 'application/x-ndjson' : 'text/csv'
  const line = charset === undefined ? await firstForeignLine(createReadStream(path)) : null
  if (line !== null) {
    throw new Fault(
      'charset_missing',
      `The file behind ${flag} is not UTF-8: line ${line} is the first to show it.`,
      'Say what it is with --charset windows-1252 (spreadsheets of Western Europe), windows-1250 or iso-8859-15; --charset utf-8 leaves such lines out.',
    )
  }
  const contentType = charset === undefined ? type : `${type}; charset=${charset}`
  charsetOf(contentType)
  return { path, contentType }
}

/** Sends it to a route that takes streams; the answer's shape is the route's own. */
export function uploadFile(
  client: Client,
  route: string,
  { path, contentType }: AddressFile,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  // node:stream's web stream and the DOM's are one class with two type names.
  const body = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>
  return client.stream('POST', route, contentType, body, headers)
}

const newline = 10
const longestLine = 1_048_576

/** The number of the first line with bytes that UTF-8 does not have; null where all have, or a mark says UTF-16. */
async function firstForeignLine(source: AsyncIterable<Buffer>): Promise<number | null> {
  let number = 1
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    const bytes = Buffer.concat([rest, chunk])
    if (number === 1 && rest.length === 0 && isUtf16(bytes)) return null
    const end = bytes.lastIndexOf(newline) + 1
    const whole = bytes.subarray(0, end)
    if (!isUtf8(whole)) return number + foreignIn(whole)
    for (let at = whole.indexOf(newline); at !== -1; at = whole.indexOf(newline, at + 1)) number++
    // A line that no upload would take is not kept to be looked at either.
    rest = bytes.length - end > longestLine ? Buffer.alloc(0) : Buffer.from(bytes.subarray(end))
  }
  return isUtf8(rest) ? null : number
}

const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)

function foreignIn(bytes: Buffer): number {
  let lines = 0
  let from = 0
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, from)) {
    if (!isUtf8(bytes.subarray(from, at))) return lines
    from = at + 1
    lines++
  }
  return lines
}
