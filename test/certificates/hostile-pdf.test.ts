import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readPdf } from '../../src/sending/certificate/pdf/read.ts'

const head = '%PDF-1.7\n'
const refused = expect.objectContaining({ code: 'template_background_unreadable' })

/** How long it took to refuse the file; hits of readers wait as long. */
function refusal(text: string): number {
  const begun = performance.now()
  expect(() => readPdf(Buffer.from(text, 'latin1'))).toThrow(refused)
  return performance.now() - begun
}

function objectStream(body: string | Buffer, first: number): string {
  const packed = deflateSync(body)
  const facts = `/Type /ObjStm /Filter /FlateDecode /First ${first} /Length ${packed.length}`
  return `10 0 obj <<${facts}>> stream\n${packed.toString('latin1')}\nendstream endobj\n`
}

describe('a PDF that was made to cost time', () => {
  const times = 60_000

  it.each([
    ['strings without an end', '1 0 obj (\n'],
    ['comments without an end', '1 0 obj %'],
    ['values before a comment without an end', '1 0 obj 5 %'],
    ['lists in lists', '1 0 obj ['],
    ['dictionaries in dictionaries', '1 0 obj <</A '],
    ['trailers without a value', 'trailer\n'],
  ])('is refused within seconds: %s', (_what, piece) => {
    // Reading on to the end of the file at each piece took minutes.
    expect(refusal(head + piece.repeat(times))).toBeLessThan(10_000)
  })

  it('is refused where streams point to a distant end over and over', () => {
    const stream = '1 0 obj <</Length 600000>> stream\nx\nendstream '
    expect(refusal(head + stream.repeat(10_000) + ' '.repeat(1_000_000))).toBeLessThan(10_000)
  })

  it('is refused where many objects are the same long value', () => {
    const heads = `${Array.from({ length: 20_000 }, (_, at) => `${at + 100} 0`).join(' ')} `
    expect(refusal(head + objectStream(`${heads}[${'1 '.repeat(100_000)}]`, heads.length))).toBeLessThan(10_000)
  })

  it('is refused where it unpacks to more than a page can need, in one part or in many', () => {
    const many = Array.from({ length: 8 }, () => objectStream(Buffer.alloc(20_000_000, ' '), 19_999_999)).join('')
    expect(refusal(head + many.replaceAll('10 0 obj', () => `${Math.ceil(Math.random() * 1e6)} 0 obj`))).toBeLessThan(
      10_000,
    )
  })
})
