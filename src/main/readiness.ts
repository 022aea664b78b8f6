import { statfs } from 'node:fs/promises'
import { isFault } from '../base/index.ts'
import type { Readiness } from '../http/index.ts'
import type { Backlog } from './backlog.ts'
import type { House } from './house.ts'
import type { PolicyChange } from './policy-change.ts'

interface Health {
  readonly fault: string | null
  readonly networks: { readonly fault: string | null }
}

export interface ReadinessNeeds {
  /** Where hits are read: a broken country database is named and harms nobody. */
  readonly readers: Health | null
  readonly change: Pick<PolicyChange, 'waiting'>
  readonly backlog: Pick<Backlog, 'state'> | null
  /** For what the store refused the last write of a worker; null while it takes them. */
  readonly trouble: () => string | null
}

/** Below this a store on the same disk may fail in the middle of its next write. */
const roomBytes = 8 * 1_048_576

/** Ready once every role serves, while their engines answer and the disk takes what they write. */
export function newReadiness(
  { ledger, queue, config }: Pick<House, 'ledger' | 'queue' | 'config'>,
  { readers, change, backlog, trouble }: ReadinessNeeds,
) {
  let serving = false

  /** Asked to read and to write; what a worker met in earnest says more than a question. */
  async function storeWord(): Promise<string> {
    const word = await ledger.probe().then(
      () => 'ok',
      (cause: unknown) => (isFault(cause) && cause.code.startsWith('store_') ? cause.code : 'store_away'),
    )
    return word === 'ok' ? (trouble() ?? 'ok') : word
  }

  async function diskWord(): Promise<string> {
    try {
      const { bavail, bsize } = await statfs(config.data)
      return bavail * bsize < roomBytes ? 'disk_full' : 'ok'
    } catch {
      return 'data_unreadable'
    }
  }

  return {
    open: () => {
      serving = true
    },
    close: () => {
      serving = false
    },
    report: async (): Promise<Readiness> => {
      const [store, disk] = await Promise.all([storeWord(), diskWord()])
      const engine = queue.healthy ? 'ok' : 'queue_away'
      const roles = [...config.roles].map((role) => [role, serving ? 'ok' : 'starting'] as const)
      const checks = {
        ...{ store, queue: engine, disk },
        ...(backlog ? { events: backlog.state === 'full' ? 'backlog_full' : 'ok' } : {}),
        ...(readers ? { geo: readers.fault ?? 'ok', networks: readers.networks.fault ?? 'ok' } : {}),
        policy: policyWord(change),
        ...Object.fromEntries(roles),
      }
      return { ready: serving && store === 'ok' && engine === 'ok' && disk === 'ok', checks }
    },
  }
}

/** A wider policy that waits is no reason not to serve; it is named until it counts. */
const policyWord = ({ waiting }: Pick<PolicyChange, 'waiting'>): string =>
  waiting ? (waiting.from ? `waits_until_${waiting.from}` : 'waits_for_notice') : 'ok'
