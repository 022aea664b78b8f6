import type { NodeCompiler, NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler'
import { encode } from 'uqr'
import { Fault } from '../../base/index.ts'
import type { CertificatePlan } from '../../gate/index.ts'
import { backdrop, drawing } from './drawing.ts'
import { drawable, fontFolders, readBuiltInFaces } from './fonts.ts'
import type { FontFace } from './glyphs.ts'
import { type Background, readBackground } from './pdf/background.ts'
import { finishPdf } from './pdf/finish.ts'
import type { CertificateTemplate } from './template.ts'
import { fieldsOf } from './template.ts'
import { type Person, type SetField, setField, valuesOf } from './values.ts'

/** Everything that goes onto one sheet of paper. */
export interface Order {
  readonly template: CertificateTemplate
  readonly plan: Omit<CertificatePlan, 'template'>
  readonly person: Person
}

export interface Workshop {
  /** Draws a template's background once, so that one that cannot be drawn is found when it is put. */
  tryOut(template: CertificateTemplate): Promise<void>
  /** Throws `name_does_not_fit`, `name_not_drawable`, `field_does_not_fit` or `field_not_drawable`. */
  check(order: Order): Promise<void>
  /** The PDF. Throws as `check` does: a name may have been corrected since. */
  draw(order: Order, verifyUrl: string): Promise<Buffer>
}

/** One template at hand: its compiler has the fonts, its background is drawn. */
interface Bench {
  readonly compiler: NodeCompiler
  readonly background: Background | null
  readonly faces: readonly FontFace[]
}

interface Set {
  readonly document: NodeTypstDocument
  readonly lines: readonly string[]
}

// Typst reads files below this folder only, and there is nothing below it: what it may read is put there by name, in memory.
const nowhere = '/lethe-certificates'
const pointsPerMillimetre = 72 / 25.4
// Typst remembers what it laid out; without an end to it that would be people's names.
const forgetAfter = 20

/** Draws certificates, keeping the last few templates at hand. Nothing of a certificate stays here, on disk or in a store. */
export function newWorkshop(publicUrl: string, room = 4): Workshop {
  const benches = new Map<string, Promise<Bench>>()
  let drawn = 0
  let builtIn: readonly FontFace[] | null = null

  async function openBench({ fonts, faces, background, page }: CertificateTemplate): Promise<Bench> {
    const { NodeCompiler } = await import('@myriaddreamin/typst-ts-node-compiler')
    const compiler = NodeCompiler.create({
      workspace: nowhere,
      fontArgs: [{ fontPaths: fontFolders() }, { fontBlobs: [...fonts] }],
    })
    compiler.addSource(`${nowhere}/drawing.typ`, drawing)
    builtIn ??= readBuiltInFaces()
    const foreign = background !== null && /\.pdf$/i.test(background.name)
    const bytes = background && (foreign ? background.bytes : drawBackdrop(compiler, background, page))
    const [width, height] = [page.width * pointsPerMillimetre, page.height * pointsPerMillimetre]
    return {
      compiler,
      background: bytes && readBackground(bytes, width, height, !foreign),
      faces: [...faces, ...builtIn],
    }
  }

  function benchOf(template: CertificateTemplate): Promise<Bench> {
    const found = benches.get(template.digest) ?? openBench(template)
    benches.delete(template.digest)
    benches.set(template.digest, found)
    for (const digest of benches.keys()) if (benches.size > room) benches.delete(digest)
    found.catch(() => benches.delete(template.digest))
    return found
  }

  function lay({ compiler, faces }: Bench, { template, plan, person }: Order): Set {
    const values = valuesOf(template, plan, person, publicUrl)
    const { language } = template.text
    const fields = template.fields.map((each) => setField(each, values, language))
    for (const [index, { pieces }] of fields.entries()) {
      if (!drawable(pieces.join(''), faces)) throw unfit(template, index, 'not_drawable')
    }
    const { title, issuer } = values
    const sheet = JSON.stringify({ ...template.page, language, title, issuer, fields })
    const result = compiler.compile({ mainFilePath: `${nowhere}/drawing.typ`, inputs: { sheet } })
    if (++drawn % forgetAfter === 0) compiler.evictCache(0)
    const document = result.result
    if (document) return { document, lines: linesOf(compiler, document, fields) }
    const index = /does_not_fit (\d+)/.exec(JSON.stringify(result.takeDiagnostics()?.shortDiagnostics))?.[1]
    if (index === undefined) throw notDrawn()
    throw unfit(template, Number(index), 'does_not_fit')
  }

  return {
    tryOut: async (template) => void (await benchOf(template)),
    check: async (order) => void lay(await benchOf(order.template), order),
    draw: async (order, verifyUrl) => {
      const bench = await benchOf(order.template)
      const { document, lines } = lay(bench, order)
      const { x, y, size, colour } = order.template.code
      const modules = encode(verifyUrl, { ecc: 'M', border: 0 }).data
      const [left, top, side] = [x, y, size].map((each) => each * pointsPerMillimetre) as [number, number, number]
      const code = { modules, left, top, side, colour }
      return finishPdf(bench.compiler.pdf(document), { background: bench.background, lines, code })
    },
  }
}

/** Where a field has one line it is what came in; where it has more, only Typst knows where they were broken. */
function linesOf(compiler: NodeCompiler, document: NodeTypstDocument, fields: readonly SetField[]): readonly string[] {
  const broken = fields.some(({ lines }) => lines > 1)
  // The drawing notes an array of strings a field.
  const noted = broken ? (compiler.query(document, { selector: '<lines>', field: 'value' }) as string[][]) : []
  return fields.flatMap(({ pieces }, index) => noted[index] ?? [pieces.join('')])
}

function drawBackdrop(
  compiler: NodeCompiler,
  { name, bytes }: NonNullable<CertificateTemplate['background']>,
  page: CertificateTemplate['page'],
): Buffer {
  const file = `backdrop${/\.\w+$/.exec(name)?.[0].toLowerCase() ?? ''}`
  compiler.mapShadow(`${nowhere}/${file}`, bytes)
  const inputs = { file, width: String(page.width), height: String(page.height) }
  try {
    const { result } = compiler.compile({ mainFileContent: backdrop, inputs })
    if (result) return compiler.pdf(result)
  } finally {
    compiler.unmapShadow(`${nowhere}/${file}`)
  }
  throw new Fault(
    'template_background_unreadable',
    'The background of the template cannot be drawn.',
    'Open it in a picture program and save it again.',
  )
}

const notDrawn = () =>
  new Fault(
    'certificate_not_drawn',
    'The certificate could not be drawn.',
    'Try the template with lethe certificate preview.',
  )

function unfit({ fields }: CertificateTemplate, index: number, what: 'does_not_fit' | 'not_drawable'): Fault {
  const names = fieldsOf(fields[index]?.text ?? '')
  const holder = names.includes('name')
  const code = `${holder ? 'name' : 'field'}_${what}`
  const which = holder ? "The holder's name" : `Field ${index + 1} of the template`
  return what === 'does_not_fit'
    ? new Fault(
        code,
        `${which} is too long for its place, even at the smallest size.`,
        'Shorten the text, or give the field of the template a smaller `smallest`, more `width` or more `lines`.',
      )
    : new Fault(
        code,
        `${which} holds a character that no font of the template can draw.`,
        'Add a font for that script to the template, under `fonts`.',
      )
}
