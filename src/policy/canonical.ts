/** What a document is made of once it is read: JSON, no more. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export const isTable = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * JSON with sorted keys and no spaces: one spelling for one meaning, so that a digest names what a policy says and not
 * how its author indented it. Lists keep their order.
 */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isTable(value)) return JSON.stringify(value)
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`).join(',')}}`
}

/** The value at `path`, or undefined where the document says nothing. */
export function valueAt(document: Json, path: readonly (string | number)[]): Json | undefined {
  let here: Json | undefined = document
  for (const step of path) {
    if (Array.isArray(here)) here = here[Number(step)]
    else here = isTable(here) && Object.hasOwn(here, step) ? here[step] : undefined
  }
  return here
}

/** The document with `value` at `path`; without that place when the value is undefined. Lists are replaced whole. */
export function put(document: Json, path: readonly (string | number)[], value: Json | undefined): Json {
  const [step, ...rest] = path
  if (step === undefined) return value ?? null
  const table = isTable(document) ? document : {}
  const { [step]: below, ...others } = table
  if (!rest.length) return value === undefined ? others : { ...others, [step]: value }
  if (value === undefined && below === undefined) return table
  return { ...others, [step]: put(below ?? {}, rest, value) }
}

/** Whether `path` (dotted) names something of the document. Below what is switched `off`, everything is named and moot. */
export function names(document: Json, path: string): boolean {
  const steps = path.split('.')
  return (
    steps.some((_step, index) => valueAt(document, steps.slice(0, index + 1)) === 'off') ||
    valueAt(document, steps) !== undefined
  )
}
