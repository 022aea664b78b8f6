import { inflateSync } from 'node:zlib'
import { Fault } from '../../../base/index.ts'
import { NoValue, parseValue } from './parse.ts'
import { type Dictionary, isDictionary, isList, isReference, type PdfObject, type Value } from './value.ts'

/** The objects of a file, and its first page with what it inherits. */
export interface PdfFile {
  readonly objects: ReadonlyMap<number, PdfObject>
  readonly page: Dictionary
  resolve(value: Value | undefined): Value | undefined
  /** The bytes that a stream stands for. Throws for any filter but Flate. */
  decoded(object: PdfObject): Buffer
}

/** All that a file may unpack to, each time that it is asked for: a few kilobytes can stand for gigabytes. */
const largestContent = 64 * 1024 * 1024
/** How often a file may be read over in search of values that are none. Sound ones take a small part of once. */
const mostReadings = 4
const leastRoom = 1024 * 1024
/** To give up costs as much as to read so many characters. */
const costOfFailing = 1000

/** What a file may still cost. Whoever made it may have made it to cost the most, and all readers' hits wait meanwhile. */
interface Effort {
  readonly left: () => number
  unpacked(bytes: number): void
  /** Characters that were read for nothing, or twice. */
  wasted(characters: number): void
}

function newEffort(size: number): Effort {
  let content = largestContent
  let readings = mostReadings * size + leastRoom
  return {
    left: () => content,
    unpacked: (bytes) => {
      content -= bytes
    },
    wasted: (characters) => {
      readings -= characters + costOfFailing
      if (readings < 0) throw unreadable('it is not made of what a PDF is made of')
    },
  }
}

const unreadable = (why: string) =>
  new Fault(
    'template_background_unreadable',
    `The PDF behind the certificate cannot be used: ${why}.`,
    'Save it again as an ordinary PDF without a password, or as PNG or SVG.',
  )

const start = /(\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+obj(?![a-z])/g

/**
 * Reads a PDF by walking over its objects rather than by its cross-reference table, so that one whose table is off is read as
 * well. Throws `template_background_unreadable`.
 */
export function readPdf(bytes: Buffer): PdfFile {
  const text = bytes.toString('latin1')
  const objects = new Map<number, PdfObject>()
  const effort = newEffort(text.length)
  let root: Value | undefined
  const seen = (dictionary: Value): void => {
    if (!isDictionary(dictionary)) return
    if (dictionary.has('/Encrypt')) throw unreadable('it is encrypted')
    root = dictionary.get('/Root') ?? root
  }
  start.lastIndex = 0
  for (let found = start.exec(text); found; found = start.exec(text)) {
    try {
      const { value, end } = parseValue(text, start.lastIndex)
      const stream = streamAt(bytes, text, end, value, objects)
      objects.set(Number(found[1]), { value, stream: stream?.bytes ?? null })
      if (isDictionary(value) && value.get('/Type') === '/XRef') seen(value)
      start.lastIndex = stream?.end ?? end
    } catch (cause) {
      if (!(cause instanceof NoValue)) throw cause
      // What only looked like an object is passed over; whatever is missing then is missed below.
      effort.wasted(cause.at - found.index)
    }
  }
  for (const { index } of text.matchAll(/trailer/g)) {
    try {
      const { value, end } = parseValue(text, index + 'trailer'.length)
      effort.wasted(end - index)
      seen(value)
    } catch (cause) {
      if (!(cause instanceof NoValue)) throw cause
      effort.wasted(cause.at - index)
    }
  }
  const resolve = (value: Value | undefined): Value | undefined => {
    let now = value
    for (let hops = 0; isReference(now) && hops < 16; hops++) now = objects.get(now.object)?.value
    return now
  }
  const decoded = (object: PdfObject): Buffer => decode(object, resolve, effort)
  for (const object of [...objects.values()]) unpack(object, objects, decoded, effort)
  const catalog = resolve(root)
  if (!isDictionary(catalog)) throw unreadable('it has no catalogue')
  return { objects, resolve, decoded, page: firstPage(catalog, resolve) }
}

// A stream begins right behind its dictionary, and ends right behind its bytes.
const opening = /[\0\t\n\f\r ]{0,64}stream/y
const closing = /[\0\t\n\f\r ]{0,64}endstream/y

function isAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

function streamAt(
  bytes: Buffer,
  text: string,
  end: number,
  value: Value,
  objects: ReadonlyMap<number, PdfObject>,
): { readonly bytes: Buffer; readonly end: number } | null {
  if (!isDictionary(value) || !isAt(opening, text, end)) return null
  const word = opening.lastIndex
  const from = text.startsWith('\r\n', word) ? word + 2 : word + 1
  const length = value.get('/Length')
  const told = isReference(length) ? objects.get(length.object)?.value : length
  const until = from + Number(typeof told === 'string' ? told : Number.NaN)
  const sound = until >= from && until <= bytes.length && isAt(closing, text, until)
  const to = sound ? until : text.indexOf('endstream', from)
  if (to < 0) throw unreadable('it was cut off')
  return { bytes: bytes.subarray(from, to), end: to }
}

function decode({ value, stream }: PdfObject, resolve: PdfFile['resolve'], effort: Effort): Buffer {
  if (!stream || !isDictionary(value)) return Buffer.alloc(0)
  const filter = resolve(value.get('/Filter'))
  const names = filter === undefined ? [] : isList(filter) ? filter.map(resolve) : [filter]
  if (names.length === 0) {
    if (stream.length > effort.left()) throw tooMuch()
    effort.unpacked(stream.length)
    return stream
  }
  const plain = names.length === 1 && names[0] === '/FlateDecode' && !value.has('/DecodeParms')
  if (!plain) throw unreadable('its page is packed in a way that is not known here')
  try {
    const content = inflateSync(stream, { maxOutputLength: Math.max(1, effort.left()) })
    effort.unpacked(content.length)
    return content
  } catch (cause) {
    throw cause instanceof RangeError ? tooMuch() : unreadable('a part of it does not unpack')
  }
}

const tooMuch = () => unreadable(`it unpacks to more than ${largestContent} bytes`)

/** Objects inside an object stream (ISO 32000-1 section 7.5.7). */
function unpack(object: PdfObject, objects: Map<number, PdfObject>, decoded: PdfFile['decoded'], effort: Effort): void {
  if (!isDictionary(object.value) || object.value.get('/Type') !== '/ObjStm') return
  const text = decoded(object).toString('latin1')
  const first = Number(object.value.get('/First'))
  const heads = text.slice(0, first).trim().split(/\s+/, mostHeads).map(Number)
  for (let index = 0; index + 1 < heads.length; index += 2) {
    const [number, offset] = [heads[index]!, heads[index + 1]!]
    try {
      if (objects.has(number)) continue
      const { value, end } = parseValue(text, first + offset)
      // Many numbers may stand for the same long value.
      effort.wasted(end - first - offset)
      objects.set(number, { value, stream: null })
    } catch (cause) {
      throw cause instanceof Fault ? cause : unreadable('a part of it is malformed')
    }
  }
}

/** Two numbers an object; a page needs a few hundred. */
const mostHeads = 200_000

const inherited = ['/Resources', '/MediaBox', '/CropBox', '/Rotate']

function firstPage(catalog: Dictionary, resolve: PdfFile['resolve']): Dictionary {
  let node = resolve(catalog.get('/Pages'))
  const handed = new Map<string, Value>()
  for (let depth = 0; depth < 32 && isDictionary(node); depth++) {
    for (const key of inherited) {
      const own = node.get(key)
      if (own !== undefined) handed.set(key, own)
    }
    const kids = resolve(node.get('/Kids'))
    if (!isList(kids)) return new Map([...node, ...handed])
    node = resolve(kids[0])
  }
  throw unreadable('it has no page')
}
