import { describe, expect, it } from 'vitest'
import { csvRows } from '../../src/sending/csv.ts'
import { asUtf8, charsetOf } from '../../src/sending/encoding.ts'
import { linesOf } from '../../src/sending/lines.ts'

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function namesIn(bytes: Buffer, charset: string | null, size = 3): Promise<readonly (string | undefined)[]> {
  const names: (string | undefined)[] = []
  for await (const batch of csvRows(linesOf(asUtf8(inPieces(bytes, size), charset)))) {
    names.push(...batch.map(({ values, code }) => values?.name ?? code))
  }
  return names
}

const text = 'email,name\r\na@x.example,Zoë Müller\r\nb@x.example,"李, 😀"\r\n'
const little = Buffer.from(`\uFEFF${text}`, 'utf16le')

describe('a file of recipients', () => {
  it.each([1, 2, 3, 5, 64])(
    'is read in UTF-8 and UTF-16 by its byte order mark, in pieces of %i bytes',
    async (size) => {
      const names = ['Zoë Müller', '李, 😀']
      for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`), little, Buffer.from(little).swap16()]) {
        expect(await namesIn(bytes, null, size)).toEqual(names)
      }
    },
  )

  it('is read as what its Content-Type declares', async () => {
    const bytes = Buffer.from('email,name\na@x.example,Zo\xeb \x80\n', 'latin1')
    expect(await namesIn(bytes, charsetOf('text/csv; charset=windows-1252'))).toEqual(['Zoë €'])
    expect(await namesIn(bytes, charsetOf('text/csv; charset="ISO-8859-1"'))).toEqual(['Zoë €'])
    expect(await namesIn(bytes, charsetOf('text/csv')), 'and never guessed at').toEqual(['line_not_utf8'])
    const header = Buffer.from('email,stra\xdfe\na@x.example,B\n', 'latin1')
    await expect(namesIn(header, null)).rejects.toMatchObject({
      code: 'charset_missing',
      next: expect.stringContaining('charset=windows-1252'),
    })
    expect(charsetOf('text/csv; charset=utf8')).toBeNull()
    expect(() => charsetOf('text/csv; charset=klingon')).toThrow(expect.objectContaining({ code: 'charset_unknown' }))
  })

  it('that is not what it declares is a fault, and no guess', async () => {
    const odd = Buffer.concat([little, Buffer.from([0x00, 0xd8, 0x41, 0x00])])
    await expect(namesIn(odd, null)).rejects.toMatchObject({ code: 'charset_wrong' })
  })

  it('passes over a line of 60 MB in the memory of one chunk', async () => {
    const chunk = Buffer.alloc(65_536, 'x')
    async function* huge(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('email,name\na@x.example,')
      for (let count = 0; count < 960; count++) yield chunk
      yield Buffer.from('\nb@x.example,B\n')
    }
    const rows: unknown[] = []
    const before = process.memoryUsage().arrayBuffers
    for await (const batch of csvRows(linesOf(asUtf8(huge(), null)))) rows.push(...batch)
    expect(rows).toEqual([
      { line: 2, code: 'line_too_long' },
      { line: 3, values: { email: 'b@x.example', name: 'B' } },
    ])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
  })
})
