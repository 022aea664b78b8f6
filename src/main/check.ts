import { Fault, isFault } from '../base/index.ts'
import { parseOperatorKeys } from '../gate/index.ts'
import { parseTrust, type Trust } from '../http/edge/index.ts'
import { loadPolicy, type Policy } from '../policy/index.ts'
import { type Config, ConfigFault, type Draft } from './config.ts'
import { readDkimKeys } from './dkim.ts'
import { openTokenKeys, type TokenKeys } from './edge/keys.ts'
import { openDataFolder } from './folder.ts'
import { openLogFile } from './log-file.ts'
import { isLoopback } from './loopback.ts'
import { checkKeys, openApiKey, openSecrets, type Secrets } from './secrets.ts'
import { opensNoStore, shareable } from './shape.ts'

/** What can be known to be right before anything is opened. */
export interface Checked {
  readonly policy: Policy
  readonly secrets: Secrets
  readonly trust: Trust
}

/** The same of a tracker that opens no store, and so has no use for the keys of one. */
export interface CheckedTracker extends Omit<Checked, 'secrets'> {
  readonly tokens: TokenKeys
  readonly apiKey: string
}

const undeclared = (host: string) =>
  new Fault(
    'processor_undeclared',
    `Mail would be handed to ${host}, which is none of the policy's processors.`,
    'Declare it under processors in your policy file, with its agreement, or send through a declared host.',
  )

const unfilled = (slots: readonly string[]) =>
  new Fault(
    'slot_unfilled',
    `The policy still has placeholders where your organisation belongs: ${slots.join(', ')}.`,
    'Write a policy file that extends it and fills them, and set LETHE_POLICY to that file.',
  )

/** Runs each look and keeps its fault: nobody should mend one only to meet the next. */
function newLook() {
  const faults: Fault[] = []
  const tried = <T>(ask: () => T): T | undefined => {
    try {
      return ask()
    } catch (error) {
      if (!isFault(error)) throw error
      faults.push(error)
      return undefined
    }
  }
  return { faults, tried }
}

type Look = ReturnType<typeof newLook>

/** What every process reads, whatever its roles. */
function common(draft: Draft, { faults, tried }: Look) {
  const { publicUrl, log } = draft
  const policy = tried(() => loadPolicy(draft.policy ?? 'strict'))
  const trust = tried(() => parseTrust(draft.trustProxy ?? ''))
  const data = tried(() => openDataFolder(draft.data ?? ''))
  if (log) tried(() => openLogFile(log))
  if (policy && publicUrl && policy.unfilled.length > 0 && !isLoopback(publicUrl.hostname)) {
    faults.push(unfilled(policy.unfilled))
  }
  return { policy, trust, data }
}

/** Looks at each setting that could be read, without opening a store or making a key. */
function examine(draft: Draft, { faults, tried }: Look) {
  const { waysOut = [], keys = null } = draft
  const { policy, trust, data } = common(draft, { faults, tried })
  if (data !== undefined) tried(() => checkKeys(data, keys))
  else if (keys !== null) tried(() => parseOperatorKeys(keys))
  tried(() => readDkimKeys(draft.dkim ?? ''))
  const declared = new Set(policy?.processors.flatMap(({ hosts }) => hosts))
  for (const { host } of policy ? waysOut : []) {
    if (host !== null && !isLoopback(host) && !declared.has(host)) faults.push(undeclared(host))
  }
  return { policy, trust }
}

/** The same for a tracker of its own. It makes no keys. */
function examineTracker(draft: Draft, { faults, tried }: Look) {
  const { policy, trust, data } = common(draft, { faults, tried })
  const { keys = null, queue } = draft
  const tokens = data === undefined ? undefined : tried(() => openTokenKeys({ keys, data }))
  if (queue !== undefined) tried(() => shareable(queue))
  return { policy, trust, tokens }
}

/** The faults of what could be read, for a report that is to name all of them. */
export function furtherFaults(draft: Draft): readonly Fault[] {
  const look = newLook()
  if (draft.roles && opensNoStore(draft.roles)) examineTracker(draft, look)
  else examine(draft, look)
  return look.faults
}

/** Makes what only a start with sound settings has to make. */
const made = <T>({ faults, tried }: Look, make: () => T): T | undefined =>
  faults.length === 0 ? tried(make) : undefined

/** Checks everything that reads no store, and throws one ConfigFault with all that is wrong; what the first start has to make is made. */
export function checkConfig(config: Config): Checked {
  const look = newLook()
  const { policy, trust } = examine(config, look)
  const secrets = made(look, () => openSecrets(config.data, config.keys, config.apiKey))
  if (policy && trust && secrets && look.faults.length === 0) return { policy, trust, secrets }
  throw new ConfigFault(look.faults)
}

/** The same for a tracker of its own. */
export function checkTracker(config: Config): CheckedTracker {
  const look = newLook()
  const { policy, trust, tokens } = examineTracker(config, look)
  const apiKey = made(look, () => openApiKey(config.data, config.apiKey))
  if (policy && trust && tokens && apiKey && look.faults.length === 0) return { policy, trust, tokens, apiKey }
  throw new ConfigFault(look.faults)
}
