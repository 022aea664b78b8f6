import { Readable, type Writable } from 'node:stream'
import MimeNode, { type MimeNodeHeader } from 'nodemailer/lib/mime-node'
import { publicRandom } from '../base/index.ts'
import { quotedPrintable } from './quoted-printable.ts'
import type { Mail } from './transport.ts'

type Part = readonly [type: string, text: string]

/** Octets as nodemailer's composer is to take them. */
export const sliced = (octets: Buffer): Buffer | Readable => (octets.length > slice ? slices(octets) : octets)

/** What nodemailer's connection uses of a stream. */
interface Pipe {
  readonly readableDidRead: boolean
  on(name: string, heard: () => void): void
  removeListener(name: string, heard: () => void): void
  pipe(to: Writable): void
  destroy(): void
}

/**
 * Octets as nodemailer's connection is to send them; `ended` is called when the last of them was given to it. Those that lie
 * in memory as one piece need no stream: nothing of theirs can fail, wait or be left open.
 */
export function streamOf(octets: Buffer, ended: () => void): Pipe | Readable {
  if (octets.length > slice) return slices(octets).once('end', ended)
  const nothing = (): void => {}
  const pipe = {
    readableDidRead: false,
    ...{ on: nothing, removeListener: nothing, destroy: nothing },
    pipe: (to: Writable) => {
      pipe.readableDidRead = true
      // The final dot follows within the same turn.
      to.end(octets)
      ended()
    },
  }
  return pipe
}

// A large mail goes in slices, so that its end is not reached while most of it still waits for the socket: what was handed
// over is told by the end of the stream.
const slice = 65_536

function slices(octets: Buffer): Readable {
  const count = Math.ceil(octets.length / slice)
  const each = Array.from({ length: count }, (_, at) => octets.subarray(at * slice, (at + 1) * slice))
  return Readable.from(each, { objectMode: false })
}

/**
 * A mail without attachments as the octets of RFC 5322: nodemailer's headers, which know how names and subjects are encoded
 * (RFC 2047), over parts that are encoded here in one go. Streaming them costs a campaign a third of its rate.
 */
export function wireForm(mail: Mail, headers: readonly MimeNodeHeader[]): Buffer {
  const parts: Part[] = []
  if (mail.text !== null) parts.push(['text/plain', mail.text])
  if (mail.html !== null) parts.push(['text/html', mail.html])
  const [only, more] = parts
  if (more === undefined) return single(headers, only ?? ['text/plain', ''])

  const node = new MimeNode('multipart/alternative', { baseBoundary: publicRandom(12).toString('hex') })
  node.setHeader([...headers])
  const head = node.buildHeaders()
  const mark = `\r\n--${node.boundary}`
  const encoded = parts.flatMap(([type, text]) => [
    Buffer.from(`${mark}\r\n${partHead(type)}\r\n\r\n`),
    quotedPrintable(text),
  ])
  return Buffer.concat([Buffer.from(`${head}\r\n`), ...encoded, Buffer.from(`${mark}--\r\n`)])
}

const encoding = 'Content-Transfer-Encoding: quoted-printable'
const partHead = (type: string): string => `Content-Type: ${type}; charset=utf-8\r\n${encoding}`

function single(headers: readonly MimeNodeHeader[], [type, text]: Part): Buffer {
  const node = new MimeNode(`${type}; charset=utf-8`)
  node.setHeader([...headers, { key: 'Content-Transfer-Encoding', value: 'quoted-printable' }])
  return Buffer.concat([Buffer.from(`${node.buildHeaders()}\r\n\r\n`), quotedPrintable(text)])
}
