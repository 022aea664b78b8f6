import { parseArgs } from 'node:util'
import { Fault, isFault } from '../base/index.ts'
import { ConfigFault, nearest } from '../main/up/index.ts'
import { type Command, type Parsed, type Terminal, told } from './command.ts'
import { up } from './up.ts'

const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  input: process.stdin,
  interactive: process.stdout.isTTY === true,
}

/** Runs one command line and returns its exit code: 0 done, 1 a fault, 2 wrong usage; audits add 3 for unproven. */
export async function main(words: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  const asked = words[0]
  // What runs for months does without the other commands and all that they load.
  const commands = asked === up.name ? [up] : (await import('./commands.ts')).commands
  if (asked === undefined || asked === '--help' || asked === '-h' || asked === 'help') {
    terminal.out(overview(commands))
    return asked === undefined ? 2 : 0
  }
  const command = commands.find(({ name }) => name.split(' ').every((word, index) => words[index] === word))
  if (!command) return group(words, commands, terminal)
  const rest = words.slice(command.name.split(' ').length)
  try {
    const { values, positionals } = parse(command, rest)
    if (values.help) {
      terminal.out(helpOf(command))
      return 0
    }
    return await command.run({ options: values, positionals, terminal })
  } catch (error) {
    return report(error, rest.includes('--json'), terminal)
  }
}

/** `lethe policy` and `lethe policy --help` name a group of commands; anything else is no command at all. */
function group(words: readonly string[], commands: readonly Command[], terminal: Terminal): number {
  const [asked = '', next = ''] = words
  const members = commands.filter(({ name }) => name.startsWith(`${asked} `))
  const help = next === '--help' || next === '-h' || next === 'help'
  if (members.length > 0 && (help || next === '')) {
    terminal.out(list(members))
    return help ? 0 : 2
  }
  // Only what looks like a command is said back: an address may stand where one belongs.
  const meant = words.slice(0, members.length > 0 ? 2 : 1)
  const shown = meant.every((word) => /^[a-z][a-z-]{0,30}$/.test(word)) ? `"${meant.join(' ')}"` : 'of this name'
  const sentence = `There is no command ${shown}.`
  const where = members.length > 0 ? `lethe ${asked} --help` : 'lethe --help'
  const near = commandNear(words, commands)
  const hint = near === null ? '' : `Did you mean lethe ${near}? `
  return report(new Fault('usage', sentence, `${hint}Run ${where} for the list.`), words.includes('--json'), terminal)
}

/** What was most likely meant: a whole command, or only its first word. */
function commandNear([asked = '', next = '']: readonly string[], commands: readonly Command[]): string | null {
  const groups = new Set(commands.map(({ name }) => name.split(' ')[0]!))
  return (
    nearest(
      `${asked} ${next}`,
      commands.map(({ name }) => name).filter((name) => name.includes(' ')),
    ) ?? nearest(asked, [...groups])
  )
}

function parse(command: Command, rest: readonly string[]) {
  const flags: Parsed = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } }
  for (const { flag, value } of command.options) flags[flag] = { type: value ? 'string' : 'boolean' }
  try {
    // A random id may begin with a hyphen: behind `--` it is taken for what it is.
    const isId = (word: string) => command.positionals && /^-[\w-]{21}$/.test(word) && !(word.slice(2) in flags)
    const args = rest.includes('--') ? [...rest] : [...rest.filter((word) => !isId(word)), '--', ...rest.filter(isId)]
    const parsed = parseArgs({ args, options: flags, allowPositionals: command.positionals !== undefined })
    // No option is declared with `multiple`, so that no value is an array.
    return { values: parsed.values as Record<string, string | boolean | undefined>, positionals: parsed.positionals }
  } catch (cause) {
    const flag = /'(--?[\w-]+)/.exec(cause instanceof Error ? cause.message : '')?.[1]
    const sentence = flag ? `${flag} is not used like this.` : 'This is more than the command takes.'
    const word = flag?.replace(/^-+/, '') ?? ''
    const near = word === '' || word in flags ? null : nearest(word, Object.keys(flags))
    const hint = near === null ? '' : `Did you mean --${near}? `
    throw new Fault('usage', sentence, `${hint}Run lethe ${command.name} --help for its options.`, { cause })
  }
}

/** Every fault in the same form: a sentence, the code, the next step. Anything else is a defect and says so. */
function report(error: unknown, json: boolean, terminal: Terminal): number {
  const faults = error instanceof ConfigFault ? error.faults : isFault(error) ? [error] : [defect(error)]
  if (json) {
    terminal.out(`${JSON.stringify({ faults: faults.map(({ code, message, next }) => ({ code, message, next })) })}\n`)
  } else {
    for (const fault of faults) terminal.err(told(fault))
  }
  return faults.some(({ code }) => code === 'usage') ? 2 : 1
}

function defect(error: unknown): Fault {
  const name = error instanceof Error ? error.name : typeof error
  const place = error instanceof Error ? (/\/(src\/[\w./-]+:\d+)/.exec(error.stack ?? '')?.[1] ?? 'unknown') : 'unknown'
  return new Fault(
    'defect',
    `Lethe met something that it should not have (${name} at ${place}).`,
    'Report it with these words.',
  )
}

const overview = (commands: readonly Command[]): string =>
  `Lethe, email that forgets.\n\n${list(commands)}\nEvery command takes --json and --help.\n`

/** One line each: of a summary only the first sentence, the rest is for the command's own help. */
function list(some: readonly Command[]): string {
  const width = Math.max(...some.map(({ name }) => name.length))
  return some
    .map(
      ({ name, summary }) => `  lethe ${name.padEnd(width)}   ${/^.*?\.(?= [A-Z]|$)/.exec(summary)?.[0] ?? summary}\n`,
    )
    .join('')
}

function helpOf({ name, summary, options, positionals }: Command): string {
  const flags = [...options, { flag: 'json', about: 'print JSON for machines' }]
  const shown = flags.map((each) => [
    `--${each.flag}${'value' in each && each.value ? ` ${each.value}` : ''}`,
    each.about,
  ])
  const width = Math.max(...shown.map(([flag]) => flag!.length))
  const lines = shown.map(([flag, about]) => `  ${flag!.padEnd(width)}   ${about}`)
  return `lethe ${name}${positionals ? ` ${positionals}` : ''}\n\n${summary}\n\n${lines.join('\n')}\n`
}
