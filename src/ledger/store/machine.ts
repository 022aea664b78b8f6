/** Fetches that no person made or asked for; everybody else, unknown ones among them, is taken for a person. */
const words: ReadonlySet<string> = new Set(['prefetch', 'scanner'])

export const isMachine = (agent: string | number | null | undefined): boolean => words.has(String(agent ?? ''))

const list = [...words].map((word) => `'${word}'`).join(', ')

/** The same as SQL, 1 or 0 of a column. */
export const machineOf = (column: string): string => `CASE WHEN coalesce(${column}, '') IN (${list}) THEN 1 ELSE 0 END`
