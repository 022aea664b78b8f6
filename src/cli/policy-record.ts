import {
  diffMarkdown,
  diffPolicies,
  inventoryCsv,
  inventoryMarkdown,
  inventoryOf,
  loadPolicy,
  processConfig,
  recordCsv,
  recordMarkdown,
  recordOfProcessing,
} from '../main/index.ts'
import { type Command, type Options, optional, usage } from './command.ts'

const about = 'The policy is a shipped name or a YAML file; LETHE_POLICY when left out.'
const format = { flag: 'format', value: 'F', about: 'markdown (default), csv or json' }

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** The policy that the words name, or the one in force. */
function one(words: readonly string[], command: string) {
  if (words.length > 1) throw usage('One policy at a time.', command)
  return loadPolicy(words[0] ?? processConfig().policy)
}

/** What `--format` names, `--json` being short for json. */
function formOf<Form extends string>(options: Options, forms: readonly Form[], command: string): Form | 'json' {
  if (options.json) return 'json'
  const asked = optional(options, 'format') ?? forms[0]
  const form = [...forms, 'json' as const].find((each) => each === asked)
  if (form) return form
  throw usage(`--format is ${forms.join(', ')} or json.`, command)
}

export const policyRecord: Command = {
  name: 'policy record',
  summary: `Print the record of processing activities that GDPR Art. 30 asks for. ${about}`,
  options: [format],
  positionals: '[policy]',
  async run({ options, positionals: words, terminal }) {
    const form = formOf(options, ['markdown', 'csv'], 'policy record')
    const record = recordOfProcessing(one(words, 'policy record'))
    const texts = { markdown: recordMarkdown, csv: recordCsv, json }
    terminal.out(texts[form](record))
    return 0
  },
}

export const policyInventory: Command = {
  name: 'policy inventory',
  summary: `List each kind of data that is held: category, purpose, basis, how long, what an erasure does. ${about}`,
  options: [format],
  positionals: '[policy]',
  async run({ options, positionals: words, terminal }) {
    const form = formOf(options, ['markdown', 'csv'], 'policy inventory')
    const rows = inventoryOf(one(words, 'policy inventory'))
    const texts = { markdown: inventoryMarkdown, csv: inventoryCsv, json }
    terminal.out(texts[form](rows))
    return 0
  },
}

export const policyDiff: Command = {
  name: 'policy diff',
  summary: 'Tell each change from one policy to another: widening, narrowing or neutral, and the notice that it needs.',
  options: [{ flag: 'format', value: 'F', about: 'markdown (default), as a comment on a pull request, or json' }],
  positionals: '<policy> <policy>',
  async run({ options, positionals: words, terminal }) {
    const form = formOf(options, ['markdown'], 'policy diff')
    const [from, to] = words
    if (from === undefined || to === undefined || words.length > 2) throw usage('Name two policies.', 'policy diff')
    const diff = diffPolicies(loadPolicy(from), loadPolicy(to))
    terminal.out(form === 'json' ? json(diff) : diffMarkdown(diff))
    return 0
  },
}
