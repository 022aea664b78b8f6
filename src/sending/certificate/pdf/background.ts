import { deflateSync } from 'node:zlib'
import { Fault } from '../../../base/index.ts'
import { type PdfFile, readPdf } from './read.ts'
import { isDictionary, isList, isReference, type Value, type Written, written } from './value.ts'

/** A page as something to draw on another one: its objects, the first of which is the form itself. */
export interface Background {
  /** References count from 0 into this list. */
  readonly objects: readonly { readonly head: Written; readonly stream: Buffer | null }[]
  /** Operators that lay the form over a page of the given size in points. */
  readonly matrix: readonly number[]
}

/**
 * The first page of a PDF, stretched over a page of `width` by `height` points. `rounded` takes path coordinates to a
 * hundredth: our own drawings spell them with nine digits. Throws `template_background_unreadable`.
 */
export function readBackground(bytes: Buffer, width: number, height: number, rounded = false): Background {
  const file = readPdf(bytes)
  const box = boxOf(file)
  const content = contentOf(file)
  const numbers = new Map<number, number>()
  const queue: number[] = []
  const renumbered = (value: Value): Value => {
    if (isReference(value)) {
      if (!numbers.has(value.object)) {
        // The form itself is number 0.
        numbers.set(value.object, numbers.size + 1)
        queue.push(value.object)
      }
      return { object: numbers.get(value.object)! }
    }
    if (isList(value)) return value.map(renumbered)
    // Structure and the way back to the page would bring the whole file along, and mean nothing here.
    const wanted = (key: string) => !['/Parent', '/P', '/StructParents', '/StructParent'].includes(key)
    if (!isDictionary(value)) return value
    return new Map([...value].filter(([key]) => wanted(key)).map(([key, each]) => [key, renumbered(each)] as const))
  }
  const form = new Map<string, Value>([
    ['/Type', '/XObject'],
    ['/Subtype', '/Form'],
    ['/BBox', box.map(String)],
    ['/Resources', renumbered(file.resolve(file.page.get('/Resources')) ?? new Map())],
    ['/Filter', '/FlateDecode'],
    ['/Length', String(content.length)],
  ])
  const objects: { head: Written; stream: Buffer | null }[] = [{ head: written(form), stream: content }]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const found = file.objects.get(next) ?? { value: 'null', stream: null }
    const { value } = found
    const drawing = rounded && isDictionary(value) && value.get('/Subtype') === '/Form'
    const stream = drawing ? packedShort(file.decoded(found)) : found.stream
    const own = renumbered(value)
    const sized = stream && isDictionary(own) ? new Map([...own, ['/Length', String(stream.length)]]) : own
    objects.push({ head: written(sized), stream })
  }
  return { objects, matrix: matrixOf(file, box, width, height) }
}

const packedShort = (content: Buffer): Buffer =>
  deflateSync(
    content
      .toString('latin1')
      .replace(/^[-\d. ]+ [mlc]$/gm, (line) =>
        line.replace(/\d+\.\d{3,}/g, (each) => String(Math.round(Number(each) * 100) / 100)),
      ),
    { level: 9 },
  )

function boxOf({ page, resolve }: PdfFile): readonly number[] {
  const box = resolve(page.get('/CropBox') ?? page.get('/MediaBox'))
  const numbers = isList(box) ? box.map((each) => Number(resolve(each))) : []
  const [left = 0, bottom = 0, right = 0, top = 0] = numbers
  if (numbers.length !== 4 || !numbers.every(Number.isFinite) || right === left || top === bottom) {
    throw new Fault(
      'template_background_unreadable',
      'The PDF behind the certificate has a page without a size.',
      'Save it again from the program that made it.',
    )
  }
  return [Math.min(left, right), Math.min(bottom, top), Math.max(left, right), Math.max(bottom, top)]
}

/** One page may have many streams; they count as one, with a blank between (ISO 32000-1 section 7.8.2). */
function contentOf({ page, objects, resolve, decoded }: PdfFile): Buffer {
  const contents = page.get('/Contents')
  const listed = resolve(contents)
  const parts = isList(listed) ? listed : contents === undefined ? [] : [contents]
  const streams = parts.flatMap((part) => {
    const object = isReference(part) ? objects.get(part.object) : undefined
    return object ? [decoded(object), Buffer.from('\n')] : []
  })
  return deflateSync(Buffer.concat(streams))
}

function matrixOf({ page, resolve }: PdfFile, box: readonly number[], width: number, height: number) {
  const [left, bottom, right, top] = box as readonly [number, number, number, number] // checked by boxOf
  const turn = (((Number(resolve(page.get('/Rotate')) ?? 0) / 90) % 4) + 4) % 4
  const sideways = turn % 2 === 1
  const [x, y] = [width / (sideways ? top - bottom : right - left), height / (sideways ? right - left : top - bottom)]
  // The page turns clockwise (ISO 32000-1 table 30); each line maps the box onto (0, 0, width, height).
  const turns = [
    [x, 0, 0, y, -left * x, -bottom * y],
    [0, -y, x, 0, -bottom * x, right * y],
    [-x, 0, 0, -y, right * x, top * y],
    [0, y, -x, 0, top * x, -left * y],
  ]
  return turns[turn] ?? turns[0]!
}
