/**
 * What the verbs ask of a database. Each verb is written once, in the SQL that SQLite and PostgreSQL share: `?` and `@name`
 * stand for values, bytes are Buffers, every integer is a number and truth is 1 or 0. Where the two differ, a verb asks the
 * dialect for the words.
 */
export type Value = null | number | string | Uint8Array

export interface Statement<A extends readonly unknown[] = readonly unknown[], R = unknown> {
  get(...given: A): Promise<R | undefined>
  all(...given: A): Promise<R[]>
  run(...given: A): Promise<{ readonly changes: number }>
  /** The first column instead of the row. */
  pluck(): Statement<A, R>
}

/** Words in which the dialects differ. Everything else is common SQL. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres'
  /** True where `column` is among the strings of a JSON array, which is given as one value. */
  among(column: string, list: string): string
  /** A JSON array of objects, given as one value, as a table of these columns; bytes are written in it as hex. */
  rows(list: string, columns: Readonly<Record<string, 'bytes' | 'integer' | 'text'>>): string
  /** The greater of two expressions that are never null; an index may stand on exactly these words. */
  greatest(a: string, b: string): string
  /** A column whose bytes are to be read as bytes, whatever somebody put there. */
  bytes(column: string): string
  /** True where a column holds anything but bytes: a type that the engine itself enforces never does. */
  notBytes(column: string): string
  notText(column: string): string
  notInteger(column: string): string
  /** True where a text holds a character outside `set`, written as the inside of a character class. */
  outside(column: string, set: string): string
}

export interface Sql {
  readonly dialect: Dialect
  /** Text that is made once and run often; prepared by the engine at its first use. */
  prepare<A extends readonly unknown[] = readonly unknown[], R = unknown>(text: string): Statement<A, R>
  /** Several statements without values. */
  exec(text: string): Promise<void>
  /**
   * One transaction that no other write stands beside, in any process: what it reads is still true when it writes. Within
   * another transaction it is a part of that one.
   */
  alone<T>(work: () => Promise<T>): Promise<T>
  /**
   * One transaction beside others of its kind and never beside one that is alone: for verbs whose statements hold against
   * each other by themselves (compare-and-set, unique keys, rows locked in one order). Where two wanted the same row, one
   * of them is run again: `work` keeps nothing outside of itself.
   */
  beside<T>(work: () => Promise<T>): Promise<T>
  /** Reads that see one moment. */
  glance<T>(work: () => Promise<T>): Promise<T>
  /** `alone`, and on the disk before it returns, also through a power cut. */
  durably<T>(work: () => Promise<T>): Promise<T>
  /** Makes room for rows of `table` that end on these days, where the engine wants to be told. */
  makeRoom(table: string, days: readonly number[]): Promise<void>
  close(): Promise<void>
}

/** `text` with `?` and `@name` as places $1, $2 …, and how to lay given values into them. Words in quotes stay. */
export function placed(text: string): { readonly text: string; readonly names: readonly string[] | null } {
  const names: string[] = []
  let count = 0
  const numbered = text.replaceAll(/'(?:[^']|'')*'|"[^"]*"|\?|@[a-z_]+/gi, (token) => {
    if (token === '?') return `$${++count}`
    if (!token.startsWith('@')) return token
    const name = token.slice(1)
    const known = names.indexOf(name)
    return `$${known < 0 ? names.push(name) : known + 1}`
  })
  return { text: numbered, names: names.length > 0 ? names : null }
}
