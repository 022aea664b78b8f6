import { processConfig } from '../main/index.ts'
import { newClient } from './client.ts'
import { type Command, type Options, optional, usage } from './command.ts'
import { readJson, readText } from './file.ts'
import { table } from './table.ts'

interface Version {
  readonly name: string
  readonly digest: string
  readonly storedAt: string
  readonly inUse: boolean
}

function named([name]: readonly string[], command: string): string {
  if (name) return name
  throw usage('The name of a template is needed.', command)
}

const parts = ['html', 'text', 'mjml'] as const

function sourceOf(options: Options, command: string) {
  const given = parts.flatMap((part) => {
    const path = optional(options, part)
    return path === undefined ? [] : [[part, readText(path, `--${part}`)] as const]
  })
  if (given.length === 0) throw usage('--html, --text or --mjml is needed.', command)
  const subject = optional(options, 'subject')
  return { ...(subject === undefined ? {} : { subject }), ...Object.fromEntries(given) }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Stored templates of mails, through the API of a running Lethe; each answer's shape is described at /openapi.json. */
export const template: readonly Command[] = [
  {
    name: 'template put',
    summary: 'Keep a template under a name; messages and campaigns that name it use it from now on.',
    positionals: 'NAME',
    options: [
      { flag: 'subject', value: 'S', about: 'subject line; left out where it is only brought into others' },
      { flag: 'html', value: 'F', about: 'HTML file' },
      { flag: 'text', value: 'F', about: 'text file; derived from the HTML when left out' },
      { flag: 'mjml', value: 'F', about: 'MJML file, in the place of --html' },
    ],
    async run({ options, positionals, terminal }) {
      const name = named(positionals, 'template put')
      const source = sourceOf(options, 'template put')
      const kept = (await newClient(processConfig()).call('PUT', `/v1/templates/${name}`, source)) as {
        readonly digest: string
        readonly fields: readonly string[]
      }
      const fields = kept.fields.length > 0 ? ` Its data may name: ${kept.fields.join(', ')}.` : ''
      terminal.out(options.json ? json(kept) : `Template ${name} is in use as ${kept.digest.slice(0, 12)}.${fields}\n`)
      return 0
    },
  },
  {
    name: 'template list',
    summary: 'List the templates and their versions.',
    options: [],
    async run({ options, terminal }) {
      const answer = (await newClient(processConfig()).call('GET', '/v1/templates')) as {
        readonly templates: readonly Version[]
      }
      const rows = answer.templates.map(({ name, digest, storedAt, inUse }) => [
        ...[name, `${name}@${digest}`, storedAt.slice(0, 16), inUse ? 'in use' : 'replaced'],
      ])
      terminal.out(options.json ? json(answer) : table(['template', 'version', 'put', 'state'], rows))
      return 0
    },
  },
  {
    name: 'template show',
    summary: 'Show a template as it was put.',
    positionals: 'NAME',
    options: [],
    async run({ positionals, terminal }) {
      const name = named(positionals, 'template show')
      terminal.out(json(await newClient(processConfig()).call('GET', `/v1/templates/${name}`)))
      return 0
    },
  },
  {
    name: 'template preview',
    summary: 'Print what a reader would see; nothing is sent.',
    positionals: 'NAME',
    options: [{ flag: 'data', value: 'F', about: 'JSON file with the values' }],
    async run({ options, positionals, terminal }) {
      const name = named(positionals, 'template preview')
      const path = optional(options, 'data')
      const data = path === undefined ? {} : readJson(path, '--data')
      const seen = (await newClient(processConfig()).call('POST', `/v1/templates/${name}/preview`, { data })) as {
        readonly subject: string
        readonly html: string | null
        readonly text: string | null
      }
      terminal.out(options.json ? json(seen) : `${seen.subject}\n\n${seen.html ?? seen.text ?? ''}\n`)
      return 0
    },
  },
  {
    name: 'template delete',
    summary: 'Remove a template with all its versions.',
    positionals: 'NAME',
    options: [],
    async run({ options, positionals, terminal }) {
      const name = named(positionals, 'template delete')
      await newClient(processConfig()).call('DELETE', `/v1/templates/${name}`)
      terminal.out(options.json ? json({ name, removed: true }) : `Template ${name} is removed.\n`)
      return 0
    },
  },
]
