import type { Pool } from 'pg'

/**
 * How often each needle stands in the rows of the schema's tables, bytes as bytes and words as words. What lies in the
 * server's files beside its rows (dead rows, its log) can be read by its owner alone.
 */
export async function searchRows(pool: Pool, needles: readonly Uint8Array[]): Promise<readonly number[]> {
  // A row as text shows bytes as hex, and a quote twice.
  const forms = needles.map((needle) => {
    const bytes = Buffer.from(needle)
    return [bytes.toString('hex'), bytes.toString('utf8').replaceAll('\0', '').split('"').join('""')]
  })
  const client = await pool.connect()
  try {
    await client.query('SET statement_timeout = 0')
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class
       WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
    )
    const counts = needles.map(() => 0)
    for (const { name } of tables) {
      const found = await client.query<{ at: number; count: number }>(
        `SELECT n.at, count(*) AS count FROM ${name} AS r,
           unnest($1::text[], $2::text[]) WITH ORDINALITY AS n (hex, words, at)
         WHERE strpos(r::text, n.hex) > 0 OR (n.words <> '' AND strpos(r::text, n.words) > 0) GROUP BY n.at`,
        [forms.map(([hex]) => hex), forms.map(([, words]) => words)],
      )
      for (const { at, count } of found.rows) counts[at - 1]! += count
    }
    return counts
  } finally {
    // Its settings are not those of the others.
    client.release(true)
  }
}
