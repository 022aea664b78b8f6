/**
 * What `lethe up` loads. In: the environment. Out: a running Lethe with the roles of its configuration. A tracker of its own
 * is put together by another hand than a process with the store, so that nothing of the store is in its memory.
 */
import type { Config } from '../config.ts'
import type { RunningLethe } from '../running.ts'
import { opensNoStore } from '../shape.ts'

export { nearest } from '../../policy/index.ts'
export { furtherFaults } from '../check.ts'
export { ConfigFault, processConfig, processDoubts } from '../config.ts'
export type { RunningLethe } from '../running.ts'

/** Resolves once the roles serve; whatever fails before, everything that was opened is closed again. */
export async function runLethe(config: Config): Promise<RunningLethe> {
  if (opensNoStore(config.roles)) return (await import('../edge/run.ts')).runTracker(config)
  return (await import('../run.ts')).runHouse(config)
}
