import { parse } from 'yaml'
import { digest, Fault } from '../../base/index.ts'
import { namesOf, piecesOf } from '../compose/field.ts'
import { builtInFamilies } from './fonts.ts'
import { type FontFace, readFont } from './glyphs.ts'
import { mostPixels, pixelsOf } from './pixels.ts'
import { type CodePlan, type FieldPlan, template as schema, type TemplateText } from './schema.ts'

/** A template and the files beside it, as they were put. */
export interface Bundle {
  /** YAML. */
  readonly template: string
  readonly files: Readonly<Record<string, Buffer>>
}

/** A template that was looked through: every file that it names is there and is what it says. */
export interface CertificateTemplate {
  readonly digest: string
  readonly page: { readonly width: number; readonly height: number }
  readonly background: { readonly name: string; readonly bytes: Buffer } | null
  readonly fields: readonly FieldPlan[]
  readonly code: CodePlan
  readonly fonts: readonly Buffer[]
  readonly faces: readonly FontFace[]
  readonly text: TemplateText
  /** Fields that a recipient must have a value for, beside those that every certificate has. */
  readonly merge: readonly string[]
}

/** Fills the place of fields, code and background where the template only names a design. */
export type DesignOf = (text: TemplateText) => Designed | null

export interface Designed {
  readonly page: { readonly width: number; readonly height: number }
  readonly svg: string
  readonly fields: readonly FieldPlan[]
  readonly code: CodePlan
}

/** What every certificate has a value for. */
export const ownFields = ['name', 'title', 'issuer', 'date', 'number', 'verify_host'] as const

const largestBundle = 10 * 1024 * 1024

export const templateFault = (code: string, sentence: string, next: string): Fault => new Fault(code, sentence, next)

/** Throws a coded fault for whatever would otherwise show in somebody's certificate. */
export function readTemplate(bundle: Bundle, designOf: DesignOf): CertificateTemplate {
  const size = Object.values(bundle.files).reduce((sum, bytes) => sum + bytes.length, bundle.template.length)
  if (size > largestBundle) {
    throw templateFault(
      'template_too_large',
      `The template and its files are larger than ${largestBundle} bytes.`,
      'Make pictures smaller; 3,500 pixels across are enough for a sheet of A4.',
    )
  }
  const text = readText(bundle.template)
  const design = text.design === undefined && text.fields ? null : designOf(text)
  const fields = text.fields ?? design?.fields ?? []
  const code = text.code ?? design?.code
  if (!code || fields.length === 0) {
    throw templateFault(
      'template_invalid',
      'A template has neither a design that is built in nor fields and a code of its own.',
      'Name a `design`, or give `fields` and `code`, which is where the verification stands.',
    )
  }
  const fonts = text.fonts.map((name) => fileOf(bundle, name))
  const faces = fonts.map((bytes) => readFont(bytes) ?? noFont())
  checkFamilies(fields, faces)
  const names = new Set([...fields.map((each) => each.text), text.title ?? '', text.issuer ?? ''].flatMap(fieldsOf))
  refuseNameInFacts(text)
  return {
    digest: digestOf(bundle),
    page: design?.page ?? text.page,
    background: backgroundOf(bundle, text, design),
    fields,
    code,
    fonts,
    faces,
    text,
    merge: [...names].filter((name) => !ownFields.some((own) => own === name)),
  }
}

export const fieldsOf = (words: string): readonly string[] => namesOf(piecesOf(words))

/** Of the template's text and its files, whatever order they came in. */
export function digestOf({ template, files }: Bundle): string {
  const parts = Object.keys(files)
    .sort()
    .map((name) => `${name}\n${digest(files[name]!)}`)
  return digest([template, ...parts].join('\n\n'))
}

function readText(yaml: string): TemplateText {
  let value: unknown
  try {
    value = parse(yaml, { maxAliasCount: 0 })
  } catch {
    throw templateFault('template_invalid', 'The template is not YAML.', 'Check its indentation and quotes.')
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const places = result.error.issues.slice(0, 10).map(({ path, code }) => `${path.join('.') || 'template'} (${code})`)
  throw templateFault(
    'template_invalid',
    `The template does not have the expected shape: ${places.join(', ')}.`,
    'Compare it with examples/certificate/template.yaml.',
  )
}

function fileOf({ files }: Bundle, name: string): Buffer {
  const bytes = Object.hasOwn(files, name) ? files[name] : undefined
  if (bytes && bytes.length > 0) return bytes
  throw templateFault(
    'template_file_missing',
    `The template names the file ${name}, which is not beside it.`,
    'Put the file into the folder of the template, or take its name out.',
  )
}

const noFont = (): never => {
  throw templateFault(
    'template_font_unreadable',
    'A font of the template is no TrueType or OpenType file.',
    'Use .ttf or .otf files; unpack .woff and .woff2 first.',
  )
}

function checkFamilies(fields: readonly FieldPlan[], faces: readonly FontFace[]): void {
  const known = new Set([...builtInFamilies.map((name) => name.toLowerCase()), ...faces.map(({ family }) => family)])
  const missing = fields.map(({ font }) => font).find((name) => !known.has(name.toLowerCase()))
  if (missing === undefined) return
  throw templateFault(
    'template_font_missing',
    `The template uses the font ${missing}, which is neither built in nor beside it.`,
    `Add its file under \`fonts\`, or use one of: ${builtInFamilies.join(', ')}.`,
  )
}

/** Title and issuer are shown to anybody who has the link: the holder is only ever confirmed to whoever knows the name. */
function refuseNameInFacts({ title = '', issuer = '' }: TemplateText): void {
  if (![title, issuer].flatMap(fieldsOf).includes('name')) return
  throw templateFault(
    'template_invalid',
    'The title or the issuer shows the name of the holder.',
    'Show the name in a field of the certificate; title and issuer are public.',
  )
}

const kinds: readonly (readonly [ending: RegExp, genuine: (bytes: Buffer) => boolean])[] = [
  [/\.pdf$/i, (bytes) => bytes.subarray(0, 1024).includes('%PDF-')],
  [/\.png$/i, (bytes) => bytes.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]))],
  [/\.jpe?g$/i, (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8],
  [/\.svg$/i, (bytes) => bytes.includes('<svg')],
]

function backgroundOf(
  bundle: Bundle,
  { background: name }: TemplateText,
  design: Designed | null,
): CertificateTemplate['background'] {
  if (name === undefined) return design && { name: 'design.svg', bytes: Buffer.from(design.svg) }
  const bytes = fileOf(bundle, name)
  if (!kinds.some(([ending, genuine]) => ending.test(name) && genuine(bytes))) throw unreadable(name)
  checkPixels(name, bytes)
  return { name, bytes }
}

const unreadable = (name: string): Fault =>
  templateFault(
    'template_background_unreadable',
    `The background ${name} is no PDF, PNG, JPEG or SVG, or is not what its name says.`,
    'Save it as one of these four.',
  )

/** A few kilobytes of PNG can unpack to gigabytes: what they say of their size is asked before anything is unpacked. */
function checkPixels(name: string, bytes: Buffer): void {
  const pictures = /\.svg$/i.test(name) ? picturesIn(bytes) : /\.pdf$/i.test(name) ? [] : [bytes]
  for (const each of pictures) {
    const pixels = pixelsOf(each)
    if (pixels === null) throw unreadable(name)
    if (pixels <= mostPixels) continue
    throw templateFault(
      'template_too_large',
      `The background ${name} has more than ${mostPixels} points.`,
      'Make the picture smaller; 3,500 pixels across are enough for a sheet of A4.',
    )
  }
}

/** PNGs and JPEGs that lie inside a drawing, whatever they call themselves: who draws goes by their first bytes. */
const picturesIn = (svg: Buffer): readonly Buffer[] =>
  [...svg.toString('latin1').matchAll(/data:[^,"'<>]{0,200};base64,([\w+/=\s]*)/gi)]
    .map(([, text]) => Buffer.from(text!, 'base64'))
    .filter((bytes) => bytes[0] === 0x89 || bytes[0] === 0xff)
