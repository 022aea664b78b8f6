import type { ParseArgsConfig } from 'node:util'
import { Fault } from '../base/index.ts'

/** Where a command reads and writes; the process's own streams, or a test's. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly input: AsyncIterable<Uint8Array | string>
  /** True when a person is looking: progress bars and colours make sense. */
  readonly interactive: boolean
}

export type Options = Readonly<Record<string, string | boolean | undefined>>

export interface Command {
  /** The words after `lethe`, separated by one space: `send campaign`. */
  readonly name: string
  readonly summary: string
  /** One line for each option, without `--json` and `--help`, which every command has. */
  readonly options: readonly { readonly flag: string; readonly value?: string; readonly about: string }[]
  readonly positionals?: string
  /** Returns the exit code. */
  run(call: {
    readonly options: Options
    readonly positionals: readonly string[]
    readonly terminal: Terminal
  }): Promise<number>
}

export type Parsed = NonNullable<ParseArgsConfig['options']>

/** A fault, or a doubt, as a person reads it: a sentence, the code, the next step. */
export const told = ({ code, message, next }: Fault, kind = ''): string =>
  `lethe: ${kind}${message} [${code}]\n       ${next}\n`

/** Exit 2 and one sentence: the words of the call are off. */
export const usage = (sentence: string, command: string): Fault =>
  new Fault('usage', sentence, `Run lethe ${command} --help for its options.`)

export function required(options: Options, flag: string, command: string): string {
  const value = options[flag]
  if (typeof value === 'string' && value !== '') return value
  throw usage(`--${flag} is needed.`, command)
}

export const optional = (options: Options, flag: string): string | undefined => {
  const value = options[flag]
  return typeof value === 'string' ? value : undefined
}
