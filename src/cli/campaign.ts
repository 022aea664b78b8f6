import { processConfig } from '../main/index.ts'
import { newClient } from './client.ts'
import { type Command, optional, usage } from './command.ts'
import { table } from './table.ts'

interface Line {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly purpose: string
  readonly createdAt: string
  readonly startAt?: string
}
interface Page {
  readonly campaigns: readonly Line[]
  readonly next: string | null
}
interface Shown extends Line {
  readonly counts: Readonly<Record<string, number | null>>
  readonly next?: string
}

const usualCount = 20
const mostAtOnce = 500

const list: Command = {
  name: 'campaign list',
  summary: 'The campaigns of a running Lethe, newest first.',
  options: [{ flag: 'limit', value: 'N', about: `how many; ${usualCount} when left out` }],
  async run({ options, terminal }) {
    const limit = Number(optional(options, 'limit') ?? usualCount)
    if (!Number.isInteger(limit) || limit < 1) throw usage('--limit is no number of campaigns.', 'campaign list')
    const client = newClient(processConfig())
    const campaigns: Line[] = []
    let after: string | null = null
    do {
      const size = Math.min(limit - campaigns.length, mostAtOnce)
      const query: string = after === null ? '' : `&after=${encodeURIComponent(after)}`
      // The shapes are the API's, described by its own schema at /openapi.json.
      const page = (await client.call('GET', `/v1/campaigns?limit=${size}${query}`)) as Page
      campaigns.push(...page.campaigns)
      after = page.next
    } while (after !== null && campaigns.length < limit)
    terminal.out(options.json ? `${JSON.stringify({ campaigns, more: after !== null })}\n` : sheet(campaigns))
    return 0
  },
}

const sheet = (campaigns: readonly Line[]): string =>
  campaigns.length === 0
    ? 'There are no campaigns.\n'
    : table(
        ['id', 'status', 'created', 'begins', 'purpose', 'name'],
        campaigns.map(({ id, status, createdAt, startAt = '', purpose, name }) => [
          ...([id, status, createdAt, startAt, purpose, name] as const),
        ]),
      )

const idOf = ([id, ...more]: readonly string[], command: string): string => {
  if (id === undefined || more.length > 0) throw usage('One id is needed.', command)
  return id
}

const show: Command = {
  name: 'campaign show',
  summary: 'One campaign: its status, and what became of its mail.',
  options: [],
  positionals: 'ID',
  async run({ options, positionals, terminal }) {
    const id = idOf(positionals, 'campaign show')
    const campaign = (await newClient(processConfig()).call('GET', `/v1/campaigns/${encodeURIComponent(id)}`)) as Shown
    const { counts, next, ...line } = campaign
    const rows = Object.entries(counts).map(([what, figure]) => [what, figure === null ? '' : String(figure)] as const)
    const page = `${sheet([line])}\n${table(['recipients', 'count'], rows)}${refusedNext(next)}`
    terminal.out(options.json ? `${JSON.stringify(campaign)}\n` : page)
    return 0
  },
}

/** Why some were refused, as `send campaign` says it too. */
export const refusedNext = (next: string | undefined): string => (next === undefined ? '' : `\nRefused: ${next}\n`)

const moves = [
  ['start', 'Begin to send a draft.'],
  ['pause', 'Stop sending within seconds; what is in flight ends.'],
  ['resume', 'Go on with a paused campaign.'],
  ['cancel', 'Stop for good; what is queued is cancelled.'],
] as const

const move = ([verb, summary]: (typeof moves)[number]): Command => ({
  name: `campaign ${verb}`,
  summary,
  options: [],
  positionals: 'ID',
  async run({ options, positionals, terminal }) {
    const id = idOf(positionals, `campaign ${verb}`)
    const path = `/v1/campaigns/${encodeURIComponent(id)}/${verb}`
    const moved = (await newClient(processConfig()).call('POST', path)) as Pick<Line, 'id' | 'status'>
    terminal.out(options.json ? `${JSON.stringify(moved)}\n` : `Campaign ${moved.id} is ${moved.status}.\n`)
    return 0
  },
})

/** Campaigns of a running Lethe; `send campaign` makes them. */
export const campaign: readonly Command[] = [list, show, ...moves.map(move)]
