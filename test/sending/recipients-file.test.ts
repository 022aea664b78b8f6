import { describe, expect, it } from 'vitest'
import { csvRows, type Row } from '../../src/sending/csv.ts'
import { linesOf } from '../../src/sending/lines.ts'
import { ndjsonRows } from '../../src/sending/ndjson.ts'

/** The bytes in pieces that respect neither lines nor characters, as a network brings them. */
async function* inPieces(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function rowsOf(text: string | Uint8Array, size?: number): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const batch of csvRows(linesOf(inPieces(text, size)))) rows.push(...batch)
  return rows
}

describe('a file of recipients', () => {
  it('is read with a byte order mark, CRLF, quotes, empty lines and headers in any case', async () => {
    const rows = await rowsOf(
      '\uFEFFEMail,Name,Course\r\n\r\na@x.example,"Müller, Zoë","say ""hi"""\r\nb@x.example,B,\r\n',
    )
    expect(rows).toEqual([
      { line: 3, values: { email: 'a@x.example', name: 'Müller, Zoë', course: 'say "hi"' } },
      { line: 4, values: { email: 'b@x.example', name: 'B', course: '' } },
    ])
  })

  it('may hold values of several lines', async () => {
    const rows = await rowsOf('email,note\na@x.example,"one\ntwo\nthree"\nb@x.example,four\n')
    expect(rows.map(({ line, values }) => [line, values?.note])).toEqual([
      [2, 'one\ntwo\nthree'],
      [5, 'four'],
    ])
  })

  it('loses one line to a stray quote, and none of those after it', async () => {
    const rows = await rowsOf(
      'email,name\na@x.example,5" pipe\nb@x.example,B\n"c@x.example,C\nd@x.example,"D\nD"\ne@x.example,E\n',
    )
    expect(rows.filter(({ code }) => code).map(({ line, code }) => [line, code])).toEqual([
      [2, 'line_malformed'],
      [4, 'line_malformed'],
    ])
    expect(rows.flatMap(({ values }) => (values ? [values.email] : []))).toEqual([
      'b@x.example',
      'd@x.example',
      'e@x.example',
    ])
  })

  it('loses a line that is too long, not UTF-8, or of another width, and no other', async () => {
    const long = `huge@x.example,${'x'.repeat(1_100_000)}`
    const text = Buffer.concat([
      Buffer.from(`email,name\n${long}\na@x.example,A\nb@x.example,`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('\nc@x.example\nd@x.example,D,more\ne@x.example,E'),
    ])
    const rows = await rowsOf(text, 65_536)
    expect(rows.map(({ line, code }) => [line, code ?? 'ok'])).toEqual([
      [2, 'line_too_long'],
      [3, 'ok'],
      [4, 'line_not_utf8'],
      [5, 'line_columns'],
      [6, 'line_columns'],
      [7, 'ok'],
    ])
  })

  it('is refused whole without a header line that names each column once, email among them', async () => {
    await expect(rowsOf('')).rejects.toMatchObject({ code: 'header_missing' })
    await expect(rowsOf('name,course\nA,B\n')).rejects.toMatchObject({ code: 'header_missing' })
    await expect(rowsOf('email,name,Name\n')).rejects.toMatchObject({ code: 'header_invalid' })
  })

  it('comes in batches, so that a million lines need the memory of five hundred', async () => {
    const lines = Array.from({ length: 1_234 }, (_, index) => `r${index}@x.example`).join('\n')
    const sizes: number[] = []
    for await (const batch of csvRows(linesOf(inPieces(`email\n${lines}\n`, 4_096)))) sizes.push(batch.length)
    expect(sizes.every((size) => size <= 500)).toBe(true)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(1_234)
  })

  it('may be newline-delimited JSON', async () => {
    const text = '{"Email":"a@x.example","course":7}\n{"email":\n[1]\n{"email":"b@x.example","deep":{}}\n'
    const rows: Row[] = []
    for await (const batch of ndjsonRows(linesOf(inPieces(text)))) rows.push(...batch)
    expect(rows).toEqual([
      { line: 1, values: { email: 'a@x.example', course: '7' } },
      { line: 2, code: 'line_malformed' },
      { line: 3, code: 'line_malformed' },
      { line: 4, code: 'field_invalid' },
    ])
  })
})
