import { havePostgres } from '../../journeys/postgres.ts'
import { haveRedis } from '../../journeys/redis.ts'

/** Store and queue of the Lethes that are tried. */
export const shapeNames = ['sqlite+pglite', 'sqlite+redis', 'postgres+redis', 'postgres+postgres'] as const
export type ShapeName = (typeof shapeNames)[number]

/** The shapes of this name: all of them, one (`embedded` is the first), or none. */
export const shapesNamed = (name: string): readonly ShapeName[] =>
  shapeNames.filter((each, at) => name === each || name === 'all' || (name === 'embedded' && at === 0))

/** The servers that these need and this machine does not have. */
export const missingFor = (shapes: readonly ShapeName[]): readonly string[] => [
  ...(shapes.some((each) => each.includes('redis')) && !haveRedis ? ['redis-server'] : []),
  ...(shapes.some((each) => each.includes('postgres')) && !havePostgres ? ['postgresql'] : []),
]
