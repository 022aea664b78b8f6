import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { Fault } from '../base/index.ts'
import { previewCertificate, processConfig } from '../main/index.ts'
import { readTemplateFiles } from './certificate-template.ts'
import { newClient } from './client.ts'
import { type Command, optional, required, usage } from './command.ts'

export const certificatePreview: Command = {
  name: 'certificate preview',
  summary: 'Draw one certificate from a template into a PDF or PNG file, without sending or keeping anything.',
  options: [
    { flag: 'template', value: 'T', about: 'folder or YAML file, or classic, modern' },
    { flag: 'data', value: 'J', about: 'values as JSON: {"name":"…","title":"…","issuer":"…"}' },
    { flag: 'out', value: 'F', about: 'file to write, .pdf or .png' },
  ],
  async run({ options, terminal }) {
    const given = required(options, 'template', 'certificate preview')
    const out = required(options, 'out', 'certificate preview')
    if (!/\.(?:pdf|png)$/i.test(out)) throw usage('--out ends in neither .pdf nor .png.', 'certificate preview')
    const data = dataOf(optional(options, 'data') ?? '{}')
    const pdf = await previewCertificate(readTemplateFiles(given) ?? given, data, processConfig())
    writeFileSync(out, /\.png$/i.test(out) ? await pictureOf(pdf) : pdf)
    terminal.out(
      options.json ? `${JSON.stringify({ out, bytes: pdf.length })}\n` : `${out} is written. Its code leads nowhere.\n`,
    )
    return 0
  },
}

export const certificateRevoke: Command = {
  name: 'certificate revoke',
  summary: 'Take a certificate back by the number that is printed on it; its page says so from now on.',
  options: [],
  positionals: 'NUMBER',
  async run({ options, positionals: [id, ...more], terminal }) {
    if (id === undefined || more.length > 0) throw usage('One number is needed.', 'certificate revoke')
    // The shape is the API's, described by its own schema at /openapi.json.
    const answer = (await newClient(processConfig()).call(
      'POST',
      `/v1/certificates/${encodeURIComponent(id)}/revoke`,
    )) as {
      readonly revokedAt: string
    }
    terminal.out(options.json ? `${JSON.stringify(answer)}\n` : `Taken back at ${answer.revokedAt}.\n`)
    return 0
  },
}

function dataOf(text: string): Readonly<Record<string, string>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usage('--data is no JSON object.', 'certificate preview')
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)]))
}

/** By poppler's own program: Typst's compiler draws PDF only. */
const pictureOf = (pdf: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 } as const
    const child = execFile('pdftoppm', ['-png', '-singlefile', '-r', '144', '-'], options, (error, picture) => {
      if (!error) return resolve(picture)
      const next = 'Install poppler-utils, or write a .pdf.'
      reject(
        new Fault('preview_needs_poppler', 'A PNG is made by pdftoppm, which did not run.', next, { cause: error }),
      )
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(pdf)
  })
