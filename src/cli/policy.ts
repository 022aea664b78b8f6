import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { Fault } from '../base/index.ts'
import {
  checkPolicy,
  explainPolicy,
  loadPolicy,
  noticeOf,
  policyPath,
  processConfig,
  shippedFolder,
  shippedNames,
  suggestion,
} from '../main/index.ts'
import { type Command, type Options, optional, usage } from './command.ts'

const positionals = '[policy]'
const about = 'The policy is a shipped name or a YAML file; LETHE_POLICY when left out.'

/** The policy that the words name, or the one in force. */
function named(words: readonly string[], command: string): string {
  if (words.length > 1) throw usage('One policy at a time.', command)
  return words[0] ?? processConfig().policy
}

function textOf(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return readFileSync(path, 'utf8')
  const hint = suggestion(basename(path, '.yaml'), shippedNames(shippedFolder()))
  const next = `${hint} For a file of your own, write its path, as ./policy.yaml.`
  throw new Fault('policy_unknown', 'There is neither a shipped policy nor a file of this name.', next)
}

export const policyCheck: Command = {
  name: 'policy check',
  summary: `Compile a policy and list everything wrong with it, with line and column. ${about}`,
  options: [],
  positionals,
  async run({ options, positionals: words, terminal }) {
    const name = named(words, 'policy check')
    const path = policyPath(name)
    const { policy, faults, warnings } = checkPolicy(textOf(path), { path })
    if (options.json) {
      const facts = policy && {
        name: policy.name,
        number: policy.number,
        digest: policy.digest,
        unfilled: policy.unfilled,
      }
      terminal.out(`${JSON.stringify({ policy: facts, faults, warnings })}\n`)
      return policy ? 0 : 1
    }
    const lines = [
      ...faults.map((fault) => ['error', fault] as const),
      ...warnings.map((warning) => ['warning', warning] as const),
    ]
    for (const [kind, { line, column, code, sentence, next }] of lines) {
      terminal.out(`${path}:${line}:${column}: ${kind}: ${sentence} [${code}]\n    ${next}\n`)
    }
    if (policy) {
      const open = policy.unfilled.map((slot) => `  ${slot}\n`).join('')
      const slots = open ? `Slots that a deployment has to fill before it leaves loopback:\n${open}` : ''
      // A file that extends a policy has its name until it takes one of its own: say which was looked at.
      const shipped = policy.name === basename(path, '.yaml')
      const what = shipped ? `${policy.name} compiles` : `${path} compiles as ${policy.name}`
      terminal.out(`${what}: digest ${policy.digest.slice(0, 16)}.\n${slots}`)
    } else {
      terminal.out(`${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}. Nothing that is in force changed.\n`)
    }
    return policy ? 0 : 1
  },
}

export const policyExplain: Command = {
  name: 'policy explain',
  summary: `Say in plain sentences what is collected from whom, why, until when, and who sees it. ${about}`,
  options: [],
  positionals,
  async run({ options, positionals: words, terminal }) {
    const policy = loadPolicy(named(words, 'policy explain'))
    const text = explainPolicy(policy)
    terminal.out(options.json ? `${JSON.stringify({ policy: policy.name, digest: policy.digest, text })}\n` : text)
    return 0
  },
}

const notices: Readonly<Record<string, 'markdown' | 'html'>> = { markdown: 'markdown', html: 'html' }

export const policyNotice: Command = {
  name: 'policy notice',
  summary: `Print the privacy notice that /privacy serves. ${about}`,
  options: [{ flag: 'format', value: 'F', about: 'markdown (default) or html' }],
  positionals,
  async run({ options, positionals: words, terminal }) {
    const notice = noticeOf(loadPolicy(named(words, 'policy notice')))
    const form = formOf(options)
    terminal.out(options.json ? `${JSON.stringify({ title: notice.title, [form]: notice[form] })}\n` : notice[form])
    return 0
  },
}

function formOf(options: Options): 'markdown' | 'html' {
  const form = notices[optional(options, 'format') ?? 'markdown']
  if (form) return form
  throw usage('--format is markdown or html.', 'policy notice')
}
