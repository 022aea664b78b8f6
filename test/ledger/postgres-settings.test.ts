import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settings } from '../../src/ledger/postgres/drift.ts'
import { poolOf, targetOf } from '../../src/ledger/postgres/pool.ts'
import { closeServer, havePostgres, newPlace } from './postgres.ts'

let url: string
beforeAll(async () => {
  if (havePostgres) url = (await newPlace()).url
})
afterAll(closeServer)

/** What the audit says of a server whose database has these settings. */
async function told(...given: readonly string[]): Promise<readonly string[]> {
  const name = new URL(url).pathname.slice(1)
  const change = async (sql: string) => {
    const pool = poolOf({ ...targetOf(url), connections: 2 }, 'public')
    await pool.query(sql)
    const found = await settings([pool, pool])
    await pool.end()
    return found
  }
  for (const each of given) await change(`ALTER DATABASE ${name} SET ${each}`)
  const found = await change('SELECT 1')
  await change(`ALTER DATABASE ${name} RESET ALL`)
  return found
}

describe.runIf(havePostgres)('a PostgreSQL', () => {
  it('as it is set up by default loses nothing and shows nothing', async () => {
    expect(await told()).toEqual([])
  })

  it('that need not have an answer on its disk is named', async () => {
    expect(await told('synchronous_commit = off')).toEqual(['synchronous_commit is not as it must be'])
  })

  it.each([
    ['log_statement', 'log_statement = "all"'],
    ['log_statement', 'log_statement = mod'],
    ['log_min_duration_statement', 'log_min_duration_statement = 0'],
    ['log_min_duration_sample', 'log_min_duration_sample = 100'],
    ['log_transaction_sample_rate', 'log_transaction_sample_rate = 0.5'],
    ['log_parameter_max_length_on_error', 'log_parameter_max_length_on_error = -1'],
  ])('whose log shows values is named by its %s (%s)', async (name, setting) => {
    expect(await told(setting)).toEqual([`${name} shows values in the server's log`])
  })

  it('may log statements without their values', async () => {
    expect(await told('log_statement = "all"', 'log_parameter_max_length = 0')).toEqual([])
    expect(await told('log_statement = ddl')).toEqual([])
  })
})
