import { havePostgres } from '../../journeys/postgres.ts'
import { haveRedis } from '../../journeys/redis.ts'

/** Store and queue of the Lethes that are tried. */
export const shapeNames = ['sqlite+pglite', 'sqlite+redis', 'postgres+redis', 'postgres+postgres'] as const
export type ShapeName = (typeof shapeNames)[number]

/** The shape of this name (`embedded` is the first); null for none. */
export const shapeNamed = (name: string): ShapeName | null =>
  name === 'embedded' ? 'sqlite+pglite' : (shapeNames.find((each) => each === name) ?? null)

/** The servers that a shape needs and this machine does not have. */
export const missingFor = (shape: ShapeName): readonly string[] => [
  ...(shape.includes('redis') && !haveRedis ? ['redis-server'] : []),
  ...(shape.includes('postgres') && !havePostgres ? ['postgresql'] : []),
]
