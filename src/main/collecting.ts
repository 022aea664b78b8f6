import type { KeyRing, Readers, StopSet } from '../gate/index.ts'
import { type Collector, newCollector, type Passage } from '../tracking/index.ts'
import type { Cage } from './canary.ts'
import type { House } from './house.ts'

/** The edge of the tracker: one collector for readers, and one with counters of its own for a canary. */
export function newCollecting(
  { queue, book, log }: Pick<House, 'queue' | 'book' | 'log'>,
  parts: {
    readonly ring: KeyRing
    readonly stops: StopSet
    readonly readers: Readers
    readonly passage: () => Passage
    readonly cage: Pick<Cage, 'collector'>
  },
): Collector {
  const { cage, ring } = parts
  const commit = queue.commitEvents.bind(queue)
  const open = () => newCollector({ ...parts, book, log, commit })
  return cage.collector(open(), open(), ring)
}
