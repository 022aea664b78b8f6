import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import {
  asUtf8,
  charsetOf,
  type Imported,
  type LiftInput,
  type SuppressionFormat,
  suppressionFormat,
} from '../main/index.ts'
import { type Command, type Options, optional, required, type Terminal, usage } from './command.ts'
import { besideOrAlone } from './house.ts'
import { lineFaults } from './line-faults.ts'
import { addressFile, charsetOption } from './recipients-file.ts'
import { table } from './table.ts'

interface Page {
  readonly suppressions: readonly { readonly hash: string; readonly scope: string }[]
  readonly next: string | null
}

const types: Readonly<Record<SuppressionFormat, string>> = {
  ...{ csv: 'text/csv', ndjson: 'application/x-ndjson', json: 'application/json' },
}
const path = '/v1/suppressions'
const pageSize = 500

/** Addresses come in a file or on standard input, never as an argument: the list of processes is open to everybody. */
async function* bytesOf({ input }: Terminal): AsyncGenerator<Uint8Array> {
  for await (const part of input) yield typeof part === 'string' ? Buffer.from(part) : part
}

/** The bytes as UTF-8. */
async function sourceOf(options: Options, terminal: Terminal): Promise<AsyncIterable<Uint8Array>> {
  const [path, charset] = [optional(options, 'file'), optional(options, 'charset')]
  const declared = charset === undefined ? null : charsetOf(`text/csv; charset=${charset}`)
  if (path === undefined) return asUtf8(bytesOf(terminal), declared)
  await addressFile(path, charset, '--file')
  return asUtf8(createReadStream(path), declared)
}

function formatOf(options: Options): SuppressionFormat {
  const given = optional(options, 'format') ?? /\.(csv|ndjson|jsonl|json)$/i.exec(optional(options, 'file') ?? '')?.[1]
  const format = given?.toLowerCase().replace('jsonl', 'ndjson') ?? 'csv'
  if (format === 'csv' || format === 'ndjson' || format === 'json') return format
  throw usage('--format is csv, ndjson or json.', 'suppression import')
}

const take: Command = {
  name: 'suppression import',
  summary: 'Take over the suppression list of another system. Addresses are only hashed; they need not be known here.',
  options: [
    { flag: 'file', value: 'F', about: 'an export as CSV, NDJSON or JSON; standard input when left out' },
    { flag: 'format', value: 'F', about: 'csv, ndjson or json; by the name of the file, or csv, when left out' },
    charsetOption,
    { flag: 'purpose', value: 'P', about: 'what they must not be written to for; everything when left out' },
  ],
  async run({ options, terminal }) {
    const format = formatOf(options)
    const purpose = optional(options, 'purpose') ?? null
    const source = await sourceOf(options, terminal)
    const done = await besideOrAlone<Imported>(
      async (client) => {
        const query = purpose === null ? '' : `?purpose=${encodeURIComponent(purpose)}`
        // node:stream's web stream and the DOM's are one class with two type names.
        const body = Readable.toWeb(Readable.from(source)) as ReadableStream<Uint8Array>
        return (await client.stream('POST', path + query, types[format], body)) as Imported
      },
      ({ suppressions }) => suppressions.take(suppressionFormat(types[format]), source, purpose),
    )
    const left = done.faulty > 0 ? `${done.faulty} left out:\n${lineFaults(done.faults)}` : ''
    terminal.out(options.json ? `${JSON.stringify(done)}\n` : `${done.imported} addresses taken over.\n${left}`)
    return done.imported === 0 && done.faulty > 0 ? 1 : 0
  },
}

const list: Command = {
  name: 'suppression list',
  summary: 'Who must not be written to, as keyed hashes with what is stopped. Nothing here says who, when or why.',
  options: [],
  async run({ options, terminal }) {
    const entries = await besideOrAlone(
      (client) =>
        everything(async (after) => {
          const query = after === null ? '' : `&after=${encodeURIComponent(after)}`
          return (await client.call('GET', `${path}?limit=${pageSize}${query}`)) as Page
        }),
      ({ suppressions }) =>
        everything(async (after) => {
          const { entries: page, next } = await suppressions.list(after, pageSize)
          return { suppressions: page.map(({ hash, purpose }) => ({ hash, scope: purpose ?? 'all' })), next }
        }),
    )
    const rows = entries.map(({ hash, scope }) => [hash, scope] as const)
    terminal.out(options.json ? `${JSON.stringify({ suppressions: entries })}\n` : table(['hash', 'stops'], rows))
    return 0
  },
}

async function everything(page: (after: string | null) => Promise<Page>): Promise<Page['suppressions']> {
  const all: Page['suppressions'][number][] = []
  let after: string | null = null
  do {
    const { suppressions, next }: Page = await page(after)
    all.push(...suppressions)
    after = next
  } while (after !== null)
  return all
}

const lift: Command = {
  name: 'suppression lift',
  summary:
    'Lift an entry by the record of a new request, which is kept as the consent. The address is read from standard input.',
  options: [
    { flag: 'purpose', value: 'P', about: 'what was asked for again; whatever is stopped when left out' },
    { flag: 'at', value: 'T', about: 'when the person asked, as 2026-01-31T12:00:00Z' },
    { flag: 'source', value: 'S', about: 'how: form, phone, paper, email, …' },
    { flag: 'wording', value: 'W', about: 'the words that the person saw' },
  ],
  async run({ options, terminal }) {
    const name = 'suppression lift'
    const [at, source, wording] = ['at', 'source', 'wording'].map((flag) => required(options, flag, name))
    let text = ''
    for await (const part of bytesOf(terminal)) text += Buffer.from(part).toString('utf8')
    const email = text.trim()
    if (!email) throw usage('There is no address on standard input.', name)
    const input: LiftInput = { email, purpose: optional(options, 'purpose'), evidence: { at, source, wording } }
    const receipt = await besideOrAlone(
      async (client) => ((await client.call('DELETE', path, input)) as { readonly receipt: string }).receipt,
      ({ suppressions }) => suppressions.lift(input),
    )
    terminal.out(
      options.json ? `${JSON.stringify({ receipt })}\n` : `Lifted. The record of the request is ${receipt}.\n`,
    )
    return 0
  },
}

/** The list of those who must not be written to, beside a running Lethe or without one. */
export const suppression: readonly Command[] = [take, list, lift]
