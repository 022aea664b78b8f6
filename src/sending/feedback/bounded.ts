/**
 * As much of a returned mail as is read: its head, which holds the report, and its end, which may hold the headers of what
 * was returned. A report of any size costs the same memory; what lies between was never ours to know.
 */
export interface Bounded {
  add(chunk: Buffer): void
  /** Both ends, as they came if nothing was left out. */
  mail(): Buffer
}

const headBytes = 256 * 1024
const tailBytes = 64 * 1024
/** The parser takes its time for each line, however short. */
const headLines = 6_000
const tailLines = 1_500

export function newBounded(): Bounded {
  const head: Buffer[] = []
  const tail: Buffer[] = []
  let [headLength, tailLength] = [0, 0]
  return {
    add: (chunk) => {
      const room = headBytes - headLength
      if (room > 0) {
        head.push(chunk.subarray(0, room))
        headLength += Math.min(room, chunk.length)
      }
      if (chunk.length <= room) return
      tail.push(chunk.subarray(Math.max(room, chunk.length - tailBytes)))
      tailLength += tail.at(-1)!.length
      while (tail.length > 1 && tailLength - tail[0]!.length >= tailBytes) tailLength -= tail.shift()!.length
    },
    mail: () => Buffer.concat([...head, ...tail]),
  }
}

/** The same of a mail that is already in memory, and of its lines as well. */
export function bounded(raw: Buffer): Buffer {
  const both = newBounded()
  both.add(raw)
  const mail = both.mail()
  const end = lineAfter(mail, headLines)
  const rest = mail.subarray(end)
  return end === mail.length ? mail : Buffer.concat([mail.subarray(0, end), rest.subarray(lineBefore(rest, tailLines))])
}

function lineAfter(mail: Buffer, count: number): number {
  let at = 0
  for (let line = 0; line < count; line++) {
    const next = mail.indexOf(10, at)
    if (next < 0) return mail.length
    at = next + 1
  }
  return at
}

function lineBefore(mail: Buffer, count: number): number {
  let at = mail.length
  for (let line = 0; line <= count && at > 0; line++) at = Math.max(0, mail.lastIndexOf(10, at - 1))
  return at
}
