import { randomBytes } from 'node:crypto'
import pg from 'pg'

const { LETHE_TEST_POSTGRES: server = 'postgres://postgres@127.0.0.1:5432/postgres' } = process.env

async function ask(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: server, connectionTimeoutMillis: 2000 })
  try {
    await client.connect()
    await client.query(text)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** True where a PostgreSQL answers whose user may make databases; LETHE_REQUIRE_POSTGRES=1 makes its absence a failure. */
export const havePostgres = await ask('SELECT 1').then(
  () => true,
  () => false,
)

export function sayWithoutPostgres(suite: string): void {
  if (process.env.LETHE_REQUIRE_POSTGRES === '1') throw new Error(`${suite}: PostgreSQL is required and not there`)
  process.stdout.write(`${suite}: no PostgreSQL here, this suite did not run\n`)
}

/** A database of this test's own on the server that is there. */
export async function ownDatabase() {
  const name = `lethe_queue_${randomBytes(6).toString('hex')}`
  await ask(`CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, name, drop: () => ask(`DROP DATABASE ${name} WITH (FORCE)`) }
}
