import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The shapes in which a value may lie in bytes: plain, cased, base64 at its three alignments, hex, percent, UTF-16, digests. */
function forms(value: string): readonly Buffer[] {
  const raw = Buffer.from(value)
  const aligned = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), raw])
      .toString('base64')
      .replace(/=+$/, '')
    const inner = text.slice(shift ? shift + 1 : 0, (raw.length + shift) % 3 ? -1 : undefined)
    return [inner, inner.replace(/\+/g, '-').replace(/\//g, '_')]
  })
  const texts = [value.toLowerCase(), value.toUpperCase(), raw.toString('hex'), encodeURIComponent(value), ...aligned]
  const digests = ['sha256', 'sha1', 'md5'].flatMap((name) => {
    const digest = createHash(name).update(value).digest()
    return [digest, Buffer.from(digest.toString('hex'))]
  })
  const packed = /^\d+\.\d+\.\d+\.\d+$/.test(value) ? [Buffer.from(String(asInteger(value)))] : []
  const all = [raw, ...texts.map((text) => Buffer.from(text)), Buffer.from(value, 'utf16le'), ...digests, ...packed]
  return all.filter((form) => form.length >= 6)
}

const asInteger = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** `value in file` for each needle that stands anywhere in the bytes of the folders. */
export function findNeedles(folders: readonly string[], needles: readonly (string | Buffer)[]): readonly string[] {
  const wanted = needles.flatMap((needle) => {
    const name = typeof needle === 'string' ? needle : `${needle.toString('hex').slice(0, 12)}…`
    return (typeof needle === 'string' ? forms(needle) : [needle]).map((form) => ({ name, form }))
  })
  const find = searchFor(wanted)
  return folders.flatMap(filesIn).flatMap((file) => [...find(read(file))].map((name) => `${name} in ${file}`))
}

interface Wanted {
  readonly name: string
  readonly form: Buffer
}

/**
 * All forms in one pass over the bytes, after Wu and Manber (1994): two bytes that no form has among its first ones let it
 * leap over almost as many as the shortest form is long. A search for each of hundreds takes minutes on a big queue.
 */
function searchFor(wanted: readonly Wanted[]): (bytes: Buffer) => ReadonlySet<string> {
  const reach = Math.min(200, ...wanted.map(({ form }) => form.length))
  if (reach < 2) throw new Error('a needle of less than two bytes is everywhere')
  const last = reach - 2
  const leap = new Uint8Array(65_536).fill(reach - 1)
  const ends = new Map<number, Wanted[]>()
  for (const each of wanted) {
    for (let at = 0; at <= last; at++) {
      const pair = each.form.readUInt16BE(at)
      leap[pair] = Math.min(leap[pair]!, last - at)
    }
    const end = each.form.readUInt16BE(last)
    ends.set(end, [...(ends.get(end) ?? []), each])
  }
  return (bytes) => {
    const found = new Set<string>()
    let at = last
    while (at + 1 < bytes.length) {
      const pair = (bytes[at]! << 8) | bytes[at + 1]!
      const far = leap[pair]!
      if (far > 0) {
        at += far
        continue
      }
      const start = at - last
      for (const { name, form } of ends.get(pair)!) {
        const end = start + form.length
        if (end <= bytes.length && form.equals(bytes.subarray(start, end))) found.add(name)
      }
      at += 1
    }
    return found
  }
}

// A write-ahead log may be gone between listing and reading.
function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    return Buffer.alloc(0)
  }
}
