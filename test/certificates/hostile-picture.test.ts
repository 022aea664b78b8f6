import { describe, expect, it } from 'vitest'
import { readTemplate } from '../../src/sending/certificate/template.ts'

/** A PNG's head and nothing behind it: what it unpacks to must not matter. */
function png(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(33)
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(bytes)
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return bytes
}

/** A comment, then the frame's head. */
function jpeg(width: number, height: number): Buffer {
  const bytes = Buffer.from('ffd8fffe00046869ffc2001108000000000301110002110103110100', 'hex')
  bytes.writeUInt16BE(height, 13)
  bytes.writeUInt16BE(width, 15)
  return bytes
}

const svg = (picture: Buffer): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/png;base64,${picture.toString('base64')}"/></svg>`,
  )

const yaml = (background: string) => `background: ${background}
fields: [{ text: "{{name}}", x: 20, y: 100, width: 200, size: 20, font: Noto Sans }]
code: { x: 10, y: 10, size: 30 }
`
const read = (name: string, bytes: Buffer) =>
  readTemplate({ template: yaml(name), files: { [name]: bytes } }, () => null)

describe('a picture behind a certificate', () => {
  it.each([
    ['b.png', png(3508, 2480)],
    ['b.jpg', jpeg(3508, 2480)],
    ['b.svg', svg(png(3508, 2480))],
    ['b.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ])('may have as many points as paper needs: %s', (name, bytes) => {
    expect(read(name, bytes).background?.name).toBe(name)
  })

  it.each([
    ['b.png', png(20_000, 20_000), 'template_too_large'],
    ['b.jpg', jpeg(65_000, 65_000), 'template_too_large'],
    ['b.svg', svg(png(20_000, 20_000)), 'template_too_large'],
    ['b.png', png(20_000, 20_000).subarray(0, 20), 'template_background_unreadable'],
    ['b.jpg', jpeg(100, 100).subarray(0, 9), 'template_background_unreadable'],
  ])('is refused before it is unpacked when it says that it is huge, or does not say: %s', (name, bytes, code) => {
    // 49 kB of such a PNG stopped pictures and redirects for 18 seconds.
    expect(() => read(name, bytes)).toThrow(expect.objectContaining({ code }))
  })
})
