import { setTimeout as sleep } from 'node:timers/promises'
import { processConfig } from '../main/index.ts'
import { refusedNext } from './campaign.ts'
import { type Client, newClient } from './client.ts'
import { type Command, type Options, optional, required, type Terminal, usage } from './command.ts'
import { readJson, readText } from './file.ts'
import { type LineFault, lineFaults } from './line-faults.ts'
import { newProgress } from './progress.ts'
import { addressFile, charsetOption, uploadFile } from './recipients-file.ts'
import { table } from './table.ts'

interface Uploaded {
  readonly accepted: number
  readonly duplicates: number
  readonly refused: number
  readonly faults: readonly LineFault[]
}

interface Campaign {
  readonly id: string
  readonly status: string
  readonly counts: Readonly<Record<string, number | null>>
  readonly next?: string
}

const name = 'send campaign'

export const sendCampaign: Command = {
  name,
  summary: 'Send one mail to everyone in a CSV or NDJSON file, through a running Lethe.',
  options: [
    { flag: 'name', value: 'N', about: 'what you call this campaign' },
    { flag: 'subject', value: 'S', about: 'subject line; may hold {{fields}}' },
    { flag: 'html', value: 'F', about: 'HTML file; may hold {{fields}}' },
    { flag: 'text', value: 'F', about: 'text file; derived from the HTML when left out' },
    { flag: 'template', value: 'NAME', about: 'a stored template, in the place of subject, html and text' },
    { flag: 'data', value: 'F', about: 'JSON file with the sender’s own values for the template' },
    { flag: 'recipients', value: 'F', about: 'CSV with a header line (email, name, fields), or .ndjson' },
    charsetOption,
    { flag: 'purpose', value: 'P', about: 'a purpose of the policy; campaign when left out' },
    { flag: 'at', value: 'T', about: 'begin then, e.g. 2026-12-01T09:00:00+01:00, and not at once' },
    { flag: 'test', value: 'A', about: 'send one marked mail to this address of your own, and nothing else' },
    { flag: 'wait', about: 'stay until every mail has its outcome' },
  ],
  async run({ options, terminal }) {
    const content = contentOf(options)
    const to = optional(options, 'test')
    const recipients = to === undefined ? required(options, 'recipients', name) : null
    const file = recipients === null ? null : await addressFile(recipients, optional(options, 'charset'))
    const at = optional(options, 'at')
    if (at !== undefined && options.wait) throw usage('--at and --wait exclude each other.', name)
    const client = newClient(processConfig())
    // Each answer's shape is the API's, described by its own schema at /openapi.json.
    const { id, warnings } = (await client.call('POST', '/v1/campaigns', {
      name: required(options, 'name', name),
      ...content,
      purpose: optional(options, 'purpose') ?? 'campaign',
    })) as { id: string; warnings: readonly string[] }
    if (warnings.includes('html_large')) {
      terminal.err(
        'The html passes 100 KB with its links rewritten: large providers cut it there, the way out included.\n',
      )
    }
    if (file === null) return tryOut(client, id, to ?? '', options, terminal)
    const cancel = () => client.call('POST', `/v1/campaigns/${id}/cancel`)
    const uploaded = await uploadFile(client, `/v1/campaigns/${id}/recipients`, file)
      .then((answer) => answer as Uploaded)
      .catch(async (cause) => {
        // Nobody knows of this draft but the one who reads the fault.
        await cancel().catch(() => undefined)
        throw cause
      })
    // Without recipients it would wait for some, and look as if it were running.
    if (uploaded.accepted + uploaded.refused + uploaded.duplicates === 0) await cancel()
    else if (at === undefined) await client.call('POST', `/v1/campaigns/${id}/start`)
    else await client.call('POST', `/v1/campaigns/${id}/schedule`, { at })
    const end = options.wait ? await wait(client, id, terminal) : await look(client, id)
    terminal.out(
      options.json
        ? `${JSON.stringify({ id, uploaded, counts: end.counts, next: end.next })}\n`
        : summary(id, uploaded, end),
    )
    // Nobody could be written to: whoever runs this unattended has to hear of it.
    const { recipients: all, refused } = end.counts
    return refused === all || all === 0 ? 1 : 0
  },
}

function contentOf(options: Options) {
  const template = optional(options, 'template')
  const data = optional(options, 'data')
  if (template !== undefined) {
    return { template, ...(data === undefined ? {} : { data: readJson(data, '--data') }) }
  }
  const text = optional(options, 'text')
  return {
    html: readText(required(options, 'html', name), '--html'),
    subject: required(options, 'subject', name),
    ...(text === undefined ? {} : { text: readText(text, '--text') }),
  }
}

/** One mail to the caller; the draft that it was made from is cancelled, so that nobody starts it by mistake. */
async function tryOut(
  client: Client,
  id: string,
  email: string,
  options: Options,
  terminal: Terminal,
): Promise<number> {
  const answer = (await client.call('POST', `/v1/campaigns/${id}/test`, { to: { email } })) as {
    readonly id: string
    readonly status: string
    readonly reason?: string
  }
  await client.call('POST', `/v1/campaigns/${id}/cancel`)
  const refused = answer.status === 'refused'
  const sentence = refused
    ? `No test was sent: this address may not be written to (${answer.reason}). A consent is recorded with POST /v1/consents.`
    : `A test is on its way, marked [Test] in its subject; nothing of it is recorded or counted.`
  terminal.out(options.json ? `${JSON.stringify(answer)}\n` : `${sentence}\n`)
  return refused ? 1 : 0
}

const look = async (client: Client, id: string): Promise<Campaign> =>
  (await client.call('GET', `/v1/campaigns/${id}`)) as Campaign

async function wait(client: Client, id: string, terminal: Terminal): Promise<Campaign> {
  let campaign = await look(client, id)
  const total = campaign.counts.recipients ?? 0
  const progress = newProgress(terminal, 'sending', total)
  for (;;) {
    const open = campaign.counts.queued ?? 0
    progress.draw(total - open)
    if (open === 0 || campaign.status === 'cancelled') break
    await sleep(250)
    campaign = await look(client, id)
  }
  progress.end()
  return campaign
}

function summary(id: string, uploaded: Uploaded, { status, counts, next }: Campaign): string {
  const shown = Object.entries(counts).filter(([key, value]) => value !== null && (value > 0 || key === 'sent'))
  const first = lineFaults(uploaded.faults, 5)
  const more = uploaded.faults.length > 5 ? `  and ${uploaded.faults.length - 5} more\n` : ''
  const faults = uploaded.faults.length > 0 ? `\nLines left out:\n${first}${more}` : ''
  const rows = shown.map(([key, value]) => [key, value ?? 0] as const)
  const fate = counts.queued === 0 && status === 'running' ? ': every mail has its outcome' : ` is ${status}`
  return `Campaign ${id}${fate}.\n\n${table(['recipients', 'count'], rows)}${refusedNext(next)}${faults}`
}
