import type { House } from '../house/house.ts'

/** Undoes what was done, as an operator or a supervisor would. */
export type Heal = () => Promise<void>

/** Does the harm; `trouble` takes what must not have happened meanwhile. */
export type Strike = (house: House, trouble: (what: string) => void) => Promise<Heal>

/** One line of the table of what may go wrong. */
export interface Fault {
  readonly name: string
  readonly kind: string
  /** How long it lasts. */
  readonly seconds: number
  readonly strike: Strike
  /** What is harmed two seconds earlier, so that the fault itself finds it so. */
  readonly before?: Strike
  /** `away`: no hit can be made durable meanwhile, and what is lost must be counted. Else nothing may be lost. */
  readonly queue: 'up' | 'away'
  /** Milliseconds of its own past that the engine may forget by this. */
  readonly forgets?: number
  /** Cannot be made everywhere: only where a disk of a bounded size can be mounted. */
  readonly needs?: 'disk'
  /** Part of the short form. */
  readonly short?: boolean
}
