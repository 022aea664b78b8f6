import { isFault } from '../base/index.ts'
import type { Json } from './canonical.ts'
import { checkPolicy } from './check.ts'
import { compile } from './compile.ts'
import { newReport, PolicyInvalid } from './fault.ts'
import type { Policy } from './policy.ts'
import { isShippedName, policyText, shippedFolder, shippedText } from './shipped.ts'

export interface LoadOptions {
  /** The folder of shipped policies; that of this package unless a test says otherwise. */
  readonly folder?: string
}

/**
 * The policy of a shipped name (`strict`) or of a YAML file (`./policy.yaml`). Throws `policy_invalid` (a PolicyInvalid,
 * with every fault), `policy_unknown` or `policy_unreadable`; what was in force stays in force.
 */
export function loadPolicy(nameOrPath: string, options: LoadOptions = {}): Policy {
  const folder = options.folder ?? shippedFolder()
  const shipped = isShippedName(nameOrPath)
  const text = shipped ? shippedText(nameOrPath, folder) : policyText(nameOrPath)
  const { policy, faults } = checkPolicy(text, { path: nameOrPath, folder })
  if (policy) return policy
  throw new PolicyInvalid(shipped ? `"${nameOrPath}"` : 'file', faults)
}

/** A stored version's canonical JSON, compiled again: the same digest and number as when it was stored. */
export function compileSource(source: string): Policy {
  const { report, faults } = newReport(() => ({ line: 1, column: 1 }))
  const { policy } = compile(parsed(source), report)
  if (faults.length) throw new PolicyInvalid('stored in the ledger', faults)
  return policy
}

function parsed(source: string): Json {
  try {
    return JSON.parse(source) as Json // JSON.parse makes nothing else
  } catch (cause) {
    if (isFault(cause)) throw cause
    const fault = { code: 'source_broken', path: '', line: 1, column: 1 }
    const next = 'Restore the store from a backup.'
    throw new PolicyInvalid('stored in the ledger', [{ ...fault, sentence: 'It is no JSON any more.', next }])
  }
}
