import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { digest, Fault, isFault, newId } from '../base/index.ts'
import { processConfig } from '../main/index.ts'
import { readTemplateFiles } from './certificate-template.ts'
import { type Client, newClient } from './client.ts'
import { type Command, type Options, optional, required, type Terminal } from './command.ts'
import { type LineFault, lineFaults } from './line-faults.ts'
import { newProgress } from './progress.ts'
import { type AddressFile, addressFile, charsetOption, uploadFile } from './recipients-file.ts'
import { table } from './table.ts'

interface Uploaded {
  readonly accepted: number
  readonly duplicates: number
  readonly refused: number
  readonly faulty: number
  readonly faults: readonly LineFault[]
  readonly certificates: readonly {
    readonly line: number
    readonly id: string
    readonly certificate: string
    readonly status: string
  }[]
}

const name = 'send certificates'
const terms = ['title', 'issuer', 'date', 'subject', 'purpose'] as const

export const sendCertificates: Command = {
  name,
  summary:
    'Send a certificate to everyone in a CSV or NDJSON file, through a running Lethe. The same file again within a day sends nothing twice.',
  options: [
    { flag: 'template', value: 'T', about: 'folder or YAML file, a template that was put, or classic, modern' },
    { flag: 'recipients', value: 'F', about: 'CSV with a header line (email, name, fields), or .ndjson' },
    charsetOption,
    { flag: 'title', value: 'T', about: 'what it certifies; may hold {{fields}}; the template’s when left out' },
    { flag: 'issuer', value: 'I', about: 'who issues it; the template’s when left out' },
    { flag: 'date', value: 'D', about: 'as 2026-11-22; today when left out' },
    { flag: 'subject', value: 'S', about: 'subject line of the mail; may hold {{fields}}' },
    { flag: 'purpose', value: 'P', about: 'a purpose of the policy; deliver when left out' },
    { flag: 'again', about: 'send also what was sent from the same file within the last day' },
    { flag: 'wait', about: 'stay until every mail has its outcome' },
  ],
  async run({ options, terminal }) {
    const recipients = await addressFile(required(options, 'recipients', name), optional(options, 'charset'))
    const client = newClient(processConfig())
    const given = required(options, 'template', name)
    const template = await putIfLocal(client, given)
    const uploaded = await upload(client, template ?? given, recipients, options).catch((cause) => {
      throw template === null && isFault(cause) && cause.code === 'template_unknown' ? nowhere(given, cause) : cause
    })
    const statuses = options.wait ? await wait(client, uploaded, terminal) : null
    terminal.out(
      options.json
        ? `${JSON.stringify({ template: template ?? given, ...uploaded, statuses })}\n`
        : summary(uploaded, statuses),
    )
    return uploaded.faulty > 0 && uploaded.accepted + uploaded.duplicates + uploaded.refused === 0 ? 1 : 0
  },
}

/** What lies on this machine is put under the name of its folder; null for anything else, the name of what the server has. */
async function putIfLocal(client: Client, given: string): Promise<string | null> {
  const local = readTemplateFiles(given)
  if (!local) return null
  const files = Object.fromEntries(Object.entries(local.files).map(([file, bytes]) => [file, bytes.toString('base64')]))
  await client.call('PUT', `/v1/certificate-templates/${local.name}`, { template: local.template, files })
  return local.name
}

const nowhere = (given: string, cause: Fault): Fault =>
  new Fault(
    cause.code,
    `There is no folder or file ${given} in ${process.cwd()}, and no certificate template of this name.`,
    `Check the path behind --template. ${cause.next}`,
    { cause },
  )

async function upload(client: Client, template: string, file: AddressFile, options: Options): Promise<Uploaded> {
  const given = terms.flatMap((term) => {
    const value = optional(options, term)
    return value === undefined ? [] : [[term, value] as const]
  })
  const query = new URLSearchParams({ template, ...Object.fromEntries(given) })
  const key = options.again ? newId() : digest(`${query}\n${digest(readFileSync(file.path))}`)
  // The shape is the API's, described by its own schema at /openapi.json.
  return (await uploadFile(client, `/v1/certificates?${query}`, file, { 'idempotency-key': key })) as Uploaded
}

const open = new Set(['queued', 'sending'])

async function wait(
  client: Client,
  { certificates }: Uploaded,
  terminal: Terminal,
): Promise<Readonly<Record<string, number>>> {
  const progress = newProgress(terminal, 'sending', certificates.length)
  const statuses = new Map<string, string>()
  let waiting = certificates.map(({ id }) => id)
  for (;;) {
    for (const id of waiting)
      statuses.set(id, ((await client.call('GET', `/v1/messages/${id}`)) as { status: string }).status)
    waiting = waiting.filter((id) => open.has(statuses.get(id) ?? ''))
    progress.draw(certificates.length - waiting.length)
    if (waiting.length === 0) break
    await sleep(250)
  }
  progress.end()
  const counts: Record<string, number> = {}
  for (const status of statuses.values()) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

function summary(uploaded: Uploaded, statuses: Readonly<Record<string, number>> | null): string {
  const { accepted, duplicates, refused, faulty, faults, certificates } = uploaded
  const rows = Object.entries(statuses ?? { accepted, duplicates, refused }).filter(([, count]) => count > 0)
  const first = lineFaults(faults, 10)
  const more = faulty > 10 ? `  and ${faulty - 10} more\n` : ''
  const left = faulty > 0 ? `\nLines left out:\n${first}${more}` : ''
  const hint =
    certificates.length > 0
      ? '\nThe same command within a day shows this again and sends nothing twice; --again sends.\nTake one back with lethe certificate revoke and the number that is printed on it.\n'
      : ''
  return `${certificates.length} certificates.\n\n${table(['certificates', 'count'], rows)}${left}${hint}`
}
