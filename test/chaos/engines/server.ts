import type { Disk } from './disk.ts'

/** A database of the run's own, on a port that stays the same over its lives. */
export interface Server {
  readonly port: number
  readonly disk: Disk
  readonly alive: boolean
  signal(name: NodeJS.Signals): void
  ended(): Promise<void>
  /** Starts it unless it runs, and waits until it answers. */
  start(): Promise<void>
}
