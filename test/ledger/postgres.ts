import { randomBytes } from 'node:crypto'
import { havePostgres, openPostgres, type PostgresServer } from '../journeys/postgres.ts'

export { havePostgres }

let server: Promise<PostgresServer> | undefined

/** A database of a test's own, on the one server that a test file starts. */
export async function newPlace() {
  server ??= openPostgres()
  const name = `lethe_${randomBytes(8).toString('hex')}`
  return { url: await (await server).database(name) }
}

/** At the end of a file that made places. */
export async function closeServer(): Promise<void> {
  await (await server)?.close()
}
