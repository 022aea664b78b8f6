import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What reads certificates as other programs do; LETHE_REQUIRE_PDF=1 makes its absence a failure. */
export const havePdfTools = ['pdftotext', 'pdftoppm', 'zbarimg'].every((tool) => !spawnSync(tool, ['--version']).error)

export function sayWithoutPdfTools(suite: string): void {
  if (process.env.LETHE_REQUIRE_PDF === '1') throw new Error(`${suite}: poppler-utils and zbar-tools are required`)
  process.stdout.write(`${suite}: no pdftotext, pdftoppm or zbarimg here, this suite did not run\n`)
}

/** The lines that a reader of the PDF copies out of it, without the marks that only steer their direction. */
export function linesIn(pdf: Buffer): readonly string[] {
  const text = execFileSync('pdftotext', ['-', '-'], { input: pdf }).toString()
  const bare = text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
  return bare.split(/[\n\f]/).map((line) => line.trim())
}

const folder = mkdtempSync(join(tmpdir(), 'lethe-pdf-'))
let pictures = 0

/** Codes as a scanner reads them off the lower right quarter of the pages, in their order; null for one that it cannot read. */
export function codesOn(pdfs: readonly Buffer[]): readonly (string | null)[] {
  const quarter = ['-r', '120', '-x', '900', '-y', '600', '-W', '500', '-H', '390']
  const files = pdfs.map((pdf) => {
    const file = join(folder, String(++pictures))
    execFileSync('pdftoppm', ['-png', '-singlefile', '-gray', ...quarter, '-', file], { input: pdf })
    return `${file}.png`
  })
  const read = spawnSync('zbarimg', ['--xml', '--nodbus', ...files], { maxBuffer: 64 * 1024 * 1024 }).stdout.toString()
  const found = new Map(
    [...read.matchAll(/<source href='([^']+)'>([\s\S]*?)<\/source>/g)].map(([, file, inside]) => [
      file!,
      /<data><!\[CDATA\[([\s\S]*?)\]\]>/.exec(inside!)?.[1] ?? null,
    ]),
  )
  return files.map((file) => found.get(file) ?? null)
}

/** What poppler says of the file's form; empty for one that is as it should be. */
export const complaintsOn = (pdf: Buffer): string =>
  spawnSync('pdftotext', ['-', '-'], { input: pdf }).stderr.toString()
