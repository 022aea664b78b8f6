import type { Row } from '../row.ts'
import { certimailer } from './certimailer.ts'
import { certometer } from './certometer.ts'
import { mailMarketer } from './mail-marketer.ts'
import { mailerplex } from './mailerplex.ts'
import { mailsac } from './mailsac.ts'
import { ours } from './ours.ts'

export interface PolicyRows {
  /** The shipped policy that runs while these rows are tried. */
  readonly policy: string
  readonly rows: readonly Row[]
}

/** Every row of the table of controls, by the policy whose text makes the statement. */
export const table: readonly PolicyRows[] = [
  { policy: 'certimailer', rows: certimailer },
  { policy: 'certometer', rows: certometer },
  { policy: 'mailerplex', rows: mailerplex },
  { policy: 'mailsac', rows: mailsac },
  { policy: 'mail-marketer', rows: mailMarketer },
  { policy: 'strict', rows: ours },
]

/** CM-1 to CM-13 and so on: what must be there, written apart from what is. */
const counts: Readonly<Record<string, number>> = { CM: 13, CO: 19, MP: 16, MS: 25, MM: 13, X: 3 }
export const expected: readonly string[] = Object.entries(counts).flatMap(([name, count]) =>
  Array.from({ length: count }, (_, index) => `${name}-${index + 1}`),
)

/** Ids that no row bears, or that two rows bear, or that nobody knows: the run refuses to begin with any. */
export function misfits(): readonly string[] {
  const ids = table.flatMap(({ rows }) => rows.map(({ id }) => id))
  const missing = expected.filter((id) => !ids.includes(id)).map((id) => `${id} is missing`)
  const odd = ids.filter((id, index) => !expected.includes(id) || ids.indexOf(id) !== index)
  return [...missing, ...odd.map((id) => `${id} is unknown or stands twice`)]
}
