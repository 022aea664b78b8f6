import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { type Bundle, designOf, newWorkshop, readTemplate } from '../../src/sending/index.ts'
import { names } from './names.ts'
import { codesOn, complaintsOn, havePdfTools, linesIn, sayWithoutPdfTools } from './poppler.ts'

const host = 'https://mail.harbour.example'
const url = `${host}/v/${'Ab3_-'.repeat(42)}`
const workshop = newWorkshop(host)

const templateOf = (template: string, files: Bundle['files'] = {}) => readTemplate({ template, files }, designOf)
const plan = {
  id: 'AbCdEfGhIjKlMnOpQrStUv',
  title: 'Certificate of Completion',
  issuer: 'Harbour Academy',
  date: 20_779,
}
const orderFor = (name: string, template = templateOf('design: classic\n'), merge = {}) => ({
  ...{ template, plan },
  person: { name, merge },
})
const draw = (...given: Parameters<typeof orderFor>) => workshop.draw(orderFor(...given), url)

const own = (field: string, more = '') => `
${more}
fields:
  - { text: '{{name}}', x: 20, y: 60, width: 120, size: 40${field} }
code: { x: 20, y: 100, size: 40 }
`

it('has the programs that read PDF files, or says that it has not', () => {
  if (!havePdfTools) sayWithoutPdfTools('certificates')
  expect(havePdfTools || process.env.LETHE_REQUIRE_PDF !== '1').toBe(true)
})

describe.runIf(havePdfTools)('a certificate', () => {
  describe.each(['classic', 'modern'])('in the design %s', (design) => {
    const template = templateOf(`design: ${design}\nbelow: for completing the course {{course}}\n`)

    it.each(Object.entries(names))(
      'reads %s names as they are written, its code too',
      async (_script, some) => {
        for (const name of design === 'classic' ? some : some.slice(0, 1)) {
          const pdf = await draw(name, template, { course: 'Weaving' })
          expect(linesIn(pdf)).toEqual(
            expect.arrayContaining([name, plan.title, plan.issuer, 'for completing the course Weaving']),
          )
          if (name === some[0]) expect([complaintsOn(pdf), codesOn([pdf])]).toEqual(['', [url]])
        }
      },
      120_000,
    )
  })

  it.each([
    '#read("/etc/passwd")',
    '#panic("x") #sys.inputs $x^2$ *b* _i_ `raw` <label> @ref',
    '\\u{41} \\n "quoted" \\" {{title}} {{name}}',
    '#import "@preview/cetz:0.3.0": *',
    '</text><script>alert(1)</script>',
    '=HYPERLINK("http://x")',
  ])('takes %s as a name and nothing else', async (name) => {
    expect(linesIn(await draw(name))).toContain(name)
  })

  it('embeds subsets of its fonts, and nothing that runs or leads away', async () => {
    const pdf = await draw('王小明 محمد Ada')
    const fonts = execFileSync('pdffonts', ['-'], { input: pdf }).toString().split('\n').slice(2).filter(Boolean)
    expect(fonts.length).toBeGreaterThan(2)
    for (const font of fonts) expect(font).toMatch(/^[A-Z]{6}\+.* yes yes yes /)
    expect(pdf.toString('latin1')).not.toMatch(/\/JavaScript|\/JS\b|\/URI|\/Launch|\/EmbeddedFile/)
    expect(pdf.length).toBeLessThan(120_000)
  })

  it('shrinks a long name down to the size that the template allows, and refuses a longer one', async () => {
    const narrow = templateOf(own(', smallest: 20'))
    await expect(workshop.check(orderFor('Maximiliana Featherstonehaugh', narrow))).resolves.toBeUndefined()
    const long = orderFor('Maximiliana Featherstonehaugh '.repeat(20), narrow)
    await expect(workshop.check(long)).rejects.toMatchObject({ code: 'name_does_not_fit' })
    await expect(workshop.draw(long, url)).rejects.toMatchObject({ code: 'name_does_not_fit' })
    const fixed = orderFor('Maximiliana Featherstonehaugh', templateOf(own('')))
    await expect(workshop.check(fixed)).rejects.toMatchObject({ code: 'name_does_not_fit' })
  })

  it('breaks lines where the template allows it, in scripts without blanks as well', async () => {
    const wrapped = templateOf(own(', smallest: 20, lines: 3, align: center'))
    const lines = linesIn(await draw('Maximiliana Featherstonehaugh Cholmondeley-Majoribanks', wrapped))
    expect(lines.filter(Boolean).slice(0, 3).join(' ')).toBe('Maximiliana Featherstonehaugh Cholmondeley-Majoribanks')
    const han = '王小明欧阳修李清照苏东坡'.repeat(2)
    expect(
      linesIn(await draw(han, wrapped))
        .filter(Boolean)
        .join(''),
    ).toBe(han)
    const arabic = 'محمد بن موسى الخوارزمي أبو عبد الله القطربلي'
    expect(
      linesIn(await draw(arabic, wrapped))
        .filter(Boolean)
        .join(' '),
    ).toBe(arabic)
  })

  it('refuses a character that it has no font for rather than printing a box', async () => {
    await expect(workshop.check(orderFor('שָׁלוֹם'))).rejects.toMatchObject({ code: 'name_not_drawable' })
    const other = orderFor('Ada', templateOf('design: classic\nbelow: "{{course}}"\n'), { course: 'ไทย' })
    await expect(workshop.check(other)).rejects.toMatchObject({ code: 'field_not_drawable' })
  })

  it('drops marks that would turn a name round', async () => {
    expect(linesIn(await draw('Ada \u202eecalevoL\u202c'))).toContain('Ada ecalevoL')
  })
})

describe.runIf(havePdfTools)('a background', () => {
  const page = 'page: { width: 150, height: 150 }\n'
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#ff8800"/></svg>'

  /** The colour of a corner of the page. */
  const corner = (pdf: Buffer): readonly number[] => {
    const args = ['-r', '20', '-x', '2', '-y', '2', '-W', '1', '-H', '1', '-']
    return [...execFileSync('pdftoppm', args, { input: pdf }).subarray(-3)]
  }

  it('may be an SVG, a PNG, a JPEG or a PDF, and the text lies over it', async () => {
    const svgPdf = await draw('Ada', templateOf(own('', `${page}background: b.svg`), { 'b.svg': Buffer.from(svg) }))
    const [png, jpeg] = ['-png', '-jpeg'].map((kind) =>
      execFileSync('pdftoppm', [kind, '-singlefile', '-r', '40', '-'], { input: svgPdf }),
    )
    const made = [svgPdf]
    for (const [name, bytes] of [
      ['b.png', png!],
      ['b.jpg', jpeg!],
      ['b.pdf', svgPdf],
    ] as const) {
      made.push(
        await draw('Grace Hopper', templateOf(own(', smallest: 9', `${page}background: ${name}`), { [name]: bytes })),
      )
    }
    for (const pdf of made) {
      const [red = 0, green = 0, blue = 255] = corner(pdf)
      expect(red > 240 && Math.abs(green - 136) < 12 && blue < 20, `${red} ${green} ${blue}`).toBe(true)
      expect(complaintsOn(pdf)).toBe('')
    }
    for (const pdf of made.slice(1)) expect(linesIn(pdf)).toContain('Grace Hopper')
  })
})

describe('a template', () => {
  const picture = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')

  it.each([
    ['whose background is not there', own('', 'background: b.png'), {}, 'template_file_missing'],
    [
      'whose background is not what its name says',
      own('', 'background: b.png'),
      { 'b.png': picture },
      'template_background_unreadable',
    ],
    ['whose font file is not there', own('', 'fonts: [a.ttf]'), {}, 'template_file_missing'],
    ['whose font file is none', own('', 'fonts: [a.ttf]'), { 'a.ttf': picture }, 'template_font_unreadable'],
    ['with a font that nobody has', own(', font: Comic Papyrus'), {}, 'template_font_missing'],
    ['with an unknown design', 'design: baroque', {}, 'template_design_unknown'],
    ['with an unknown key', `${own('')}\nborder: 3`, {}, 'template_invalid'],
    ['that is no YAML', 'fields: [', {}, 'template_invalid'],
    ['without a code', "fields: [{ text: 'x', x: 1, y: 1, width: 9, size: 9 }]", {}, 'template_invalid'],
    ['whose public title shows the holder', "design: classic\ntitle: 'For {{name}}'", {}, 'template_invalid'],
    ['that is too large', own(''), { 'b.png': Buffer.alloc(11 * 1024 * 1024) }, 'template_too_large'],
    ['with a file name that leads away', own('', 'background: ../b.png'), {}, 'template_invalid'],
  ])('%s is refused with what to do', (_what, text, files, code) => {
    expect(() => templateOf(text, files)).toThrow(expect.objectContaining({ code, next: expect.stringMatching(/\w/) }))
  })

  it.each([
    ['a PNG that is cut off', 'b.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2])],
    ['a PDF without a page', 'b.pdf', Buffer.from('%PDF-1.7\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF')],
    ['a PDF behind a password', 'b.pdf', Buffer.from('%PDF-1.7\ntrailer\n<< /Encrypt 1 0 R >>\nstartxref\n0\n%%EOF')],
  ])('with %s is refused when it is put', async (_what, name, bytes) => {
    const put = async () => workshop.tryOut(templateOf(own('', `background: ${name}`), { [name]: bytes }))
    await expect(put()).rejects.toMatchObject({ code: 'template_background_unreadable' })
  })
})
