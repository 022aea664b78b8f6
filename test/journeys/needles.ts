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

/** All forms in one pass over the bytes, by their first two: a search for each of hundreds takes minutes on a big queue. */
function searchFor(wanted: readonly Wanted[]): (bytes: Buffer) => ReadonlySet<string> {
  const starts = new Map<number, Wanted[]>()
  const begins = new Uint8Array(65_536)
  for (const each of wanted) {
    const start = each.form.readUInt16BE(0)
    begins[start] = 1
    starts.set(start, [...(starts.get(start) ?? []), each])
  }
  return (bytes) => {
    const found = new Set<string>()
    let before = bytes[0] ?? 0
    for (let at = 1; at < bytes.length; at++) {
      const here = bytes[at]!
      const start = (before << 8) | here
      before = here
      if (begins[start] === 0) continue
      for (const { name, form } of starts.get(start)!) {
        const end = at - 1 + form.length
        if (end <= bytes.length && form.equals(bytes.subarray(at - 1, end))) found.add(name)
      }
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
