import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Fault, packageRoot } from '../base/index.ts'
import { longestPolicy } from './bounds.ts'
import { suggestion } from './suggest.ts'

export const shippedFolder = (): string => join(packageRoot(), 'policies')

export const isShippedName = (nameOrPath: string): boolean => /^[a-z0-9][a-z0-9-]*$/.test(nameOrPath)

/** Where the text of a policy lies, whether or not there is one. */
export const policyPath = (nameOrPath: string, folder: string = shippedFolder()): string =>
  isShippedName(nameOrPath) ? join(folder, `${nameOrPath}.yaml`) : nameOrPath

/** Names of the policies in `folder`, in order. */
export const shippedNames = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort()

/** The text of a shipped policy; `policy_unknown` when there is none of that name. */
export function shippedText(name: string, folder: string): string {
  const names = shippedNames(folder)
  if (names.includes(name)) return policyText(policyPath(name, folder))
  const next = `${suggestion(name, names)} For a file of your own, write its path, as ./policy.yaml.`
  throw new Fault('policy_unknown', 'No policy of this name is shipped.', next)
}

/** The text of a policy file; `policy_unreadable` when it is none, and before reading when it is far too long for one. */
export function policyText(path: string): string {
  try {
    const { size } = statSync(path)
    // One byte past the bound is enough for the reader to refuse it with a line.
    return size > longestPolicy
      ? ' '.repeat(longestPolicy + 1)
      : new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (cause) {
    const next = 'Check LETHE_POLICY: a shipped name, or the path of a YAML file in UTF-8 that this user may read.'
    throw new Fault('policy_unreadable', 'The policy file cannot be read.', next, { cause })
  }
}
