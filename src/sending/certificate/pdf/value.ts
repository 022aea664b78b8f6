/**
 * Values of a PDF file (ISO 32000-1 section 7.3). Names keep their slash, strings and numbers their spelling: what is only
 * handed on is never understood, and so never changed.
 */
export type Value = string | Reference | readonly Value[] | Dictionary

export interface Reference {
  readonly object: number
}

export type Dictionary = ReadonlyMap<string, Value>

export interface PdfObject {
  readonly value: Value
  /** The bytes behind `stream`, as they lie in the file. */
  readonly stream: Buffer | null
}

export const isReference = (value: Value | undefined): value is Reference =>
  typeof value === 'object' && 'object' in value

export const isDictionary = (value: Value | undefined): value is Dictionary => value instanceof Map

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value)

/** Text to write, cut at its references: those get their numbers when the file is put together. */
export type Written = readonly (string | Reference)[]

export function written(value: Value): Written {
  if (typeof value === 'string') return [value]
  if (isReference(value)) return [value]
  if (isList(value)) return ['[', ...value.flatMap((each) => [' ', ...written(each)]), ' ]']
  if (!isDictionary(value)) return ['null']
  return ['<<', ...[...value].flatMap(([key, each]) => [` ${key} `, ...written(each)]), ' >>']
}
