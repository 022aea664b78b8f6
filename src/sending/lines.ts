import { isUtf8 } from 'node:buffer'

/** One physical line of a stream, counted from 1, without its line break; or why it cannot be read. */
export type Line =
  | { readonly number: number; readonly text: string; readonly code?: never }
  | { readonly number: number; readonly code: 'line_too_long' | 'line_not_utf8'; readonly text?: never }

export const longestLine = 1_048_576

/** Milliseconds that an upload may keep everybody else waiting at a stretch. */
const longestStretch = 20

/** Lets hits and sends through between two parts of a long upload. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const newline = 10
const carriage = 13

/**
 * Cuts bytes into lines in constant memory: a line past `limit` bytes is passed over, and the next one is read as ever. One
 * piece from the network may be a hundred thousand lines, and awaiting what is at hand lets nobody else run: so the next line
 * waits now and then until others had their turn, whatever it was that took the time.
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>, limit = longestLine): AsyncGenerator<Line> {
  let number = 1
  let parts: Uint8Array[] = []
  let length = 0
  let since = performance.now()
  const add = (bytes: Uint8Array): void => {
    length += bytes.length
    if (length > limit) parts = []
    else if (bytes.length > 0) parts.push(bytes)
  }
  const cut = (): Line => {
    const line = length > limit ? { number, code: 'line_too_long' as const } : readLine(number, parts)
    number++
    parts = []
    length = 0
    return line
  }
  for await (const chunk of source) {
    let from = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, end))
      yield cut()
      from = end + 1
      if (performance.now() - since < longestStretch) continue
      await breathe()
      since = performance.now()
    }
    add(chunk.subarray(from))
  }
  if (length > 0) yield cut()
}

function readLine(number: number, parts: readonly Uint8Array[]): Line {
  const bytes = parts.length === 1 ? Buffer.from(parts[0]!) : Buffer.concat(parts)
  if (!isUtf8(bytes)) return { number, code: 'line_not_utf8' }
  const end = bytes.at(-1) === carriage ? bytes.length - 1 : bytes.length
  const marked = number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return { number, text: bytes.toString('utf8', marked ? 3 : 0, end) }
}
