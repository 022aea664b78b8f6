import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { Client } from 'pg'
import { type Environment, folder } from './lethe.ts'
import { onPostgres } from './raw-store.ts'

/**
 * A copy of everything that a stopped Lethe keeps in its data folder, and of its store where that is a database; the queue on a
 * server is not part of it. Resolves with what puts the copy in the place of what is there by then, as often as is wanted.
 */
export async function backUp(env: Environment & { readonly LETHE_STORE?: string }): Promise<() => Promise<void>> {
  const files = folder()
  cpSync(env.LETHE_DATA, files, { recursive: true })
  const store = onPostgres(env) ? new URL(env.LETHE_STORE ?? '') : null
  const name = store?.pathname.slice(1)
  if (store) await onServer(store, `CREATE DATABASE "${name}_backup" TEMPLATE "${name}"`)
  return async () => {
    rmSync(env.LETHE_DATA, { recursive: true })
    mkdirSync(env.LETHE_DATA, { mode: 0o700 })
    cpSync(files, env.LETHE_DATA, { recursive: true })
    if (!store) return
    await onServer(store, `DROP DATABASE "${name}" WITH (FORCE)`)
    await onServer(store, `CREATE DATABASE "${name}" TEMPLATE "${name}_backup"`)
  }
}

async function onServer(store: URL, statement: string): Promise<void> {
  const around = new URL(store)
  around.pathname = 'postgres'
  around.search = ''
  const client = new Client({ connectionString: around.href })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
