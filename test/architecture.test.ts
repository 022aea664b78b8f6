import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../src/base/index.ts'

const root = packageRoot()

/** Which rooms a room may import at run time, and which by `import type` only. Everyone may import base. */
const house: Readonly<Record<string, { readonly runs: readonly string[]; readonly types?: readonly string[] }>> = {
  base: { runs: [] },
  policy: { runs: [] },
  gate: { runs: ['policy'] },
  ledger: { runs: ['gate', 'policy'] },
  queue: { runs: ['gate'], types: ['policy'] },
  transport: { runs: ['gate'], types: ['policy'] },
  sending: { runs: ['gate', 'policy'], types: ['ledger', 'queue', 'transport'] },
  tracking: { runs: ['gate', 'policy'], types: ['ledger', 'queue', 'transport'] },
  upkeep: { runs: ['gate', 'policy'], types: ['ledger', 'queue', 'transport'] },
  http: { runs: ['gate', 'policy', 'sending', 'tracking', 'upkeep'], types: ['ledger', 'queue', 'transport'] },
  workers: { runs: ['gate', 'policy', 'sending', 'tracking', 'upkeep'], types: ['ledger', 'queue', 'transport'] },
  main: {
    runs: ['policy', 'gate', 'ledger', 'queue', 'transport', 'sending', 'tracking', 'upkeep', 'http', 'workers'],
  },
  cli: { runs: ['main'] },
}

const files = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, folder, name))

const sources = [...files('src'), ...files('workers')]

const roomOf = (path: string): string => {
  const parts = relative(root, path).split(sep)
  return parts[0] === 'workers' ? 'workers' : parts.length > 2 ? parts[1]! : 'top'
}

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const statement = /^(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm

/** Only types come in when the statement says so, or when every name in its braces does. */
function importsOf(path: string): readonly Import[] {
  return [...readFileSync(path, 'utf8').matchAll(statement)].map(([, type, names, fixed, dynamic]) => {
    const each = names?.includes('{')
      ? names
          .replace(/[{}]/g, '')
          .split(',')
          .map((name) => name.trim())
      : ['']
    const typeOnly =
      Boolean(type) || (each.filter(Boolean).every((name) => name.startsWith('type ')) && each.some(Boolean))
    return { from: path, to: fixed ?? dynamic!, typeOnly }
  })
}

const local = sources
  .flatMap(importsOf)
  .filter(({ to }) => to.startsWith('.'))
  .map((each) => ({ ...each, target: resolve(dirname(each.from), each.to) }))

const short = (path: string): string => relative(root, path)

describe('the house', () => {
  it('has rooms that import only what stands below them', () => {
    const wrong = local.filter(({ from, target, typeOnly }) => {
      const [here, there] = [roomOf(from), roomOf(target)]
      if (here === there || there === 'base' || here === 'top') return false
      const rule = house[here]
      const allowed = [...(rule?.runs ?? []), ...(typeOnly ? (rule?.types ?? []) : [])]
      return !allowed.includes(there)
    })
    expect(wrong.map(({ from, target }) => `${short(from)} -> ${short(target)}`)).toEqual([])
  })

  it('has one door a room', () => {
    const wrong = local.filter(({ from, target }) => {
      if (roomOf(from) === roomOf(target) || roomOf(target) === 'top' || roomOf(from) === 'top') return false
      const door = target.endsWith(`${sep}index.ts`) || short(target) === join('src', 'policy', 'policy.ts')
      return !door && roomOf(target) !== 'workers'
    })
    expect(wrong.map(({ from, target }) => `${short(from)} -> ${short(target)}`)).toEqual([])
  })

  it('has no circle of files', () => {
    const edges = new Map<string, string[]>()
    for (const { from, target, typeOnly } of local) {
      if (!typeOnly) edges.set(from, [...(edges.get(from) ?? []), target])
    }
    const done = new Set<string>()
    const circles: string[] = []
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file))
        return void circles.push([...path.slice(path.indexOf(file)), file].map(short).join(' -> '))
      if (done.has(file)) return
      for (const next of edges.get(file) ?? []) walk(next, [...path, file])
      done.add(file)
    }
    for (const file of sources) walk(file, [])
    expect(circles).toEqual([])
  })

  it('reads the environment in one file', () => {
    const readers = sources.filter((path) => /process\.env/.test(readFileSync(path, 'utf8')))
    expect(readers.map(short)).toEqual([join('src', 'main', 'config.ts')])
  })

  it('reads addresses and headers of a hit in one file of the tracker', () => {
    const readers = files('src').filter((path) => /user-agent|x-forwarded-for|remoteAddress/i.test(code(path)))
    expect(readers.map(short)).toEqual([join('src', 'http', 'door.ts')])
  })

  it('has no file past 250 lines', () => {
    const long = sources.filter((path) => readFileSync(path, 'utf8').split('\n').length > 251)
    expect(long.map(short)).toEqual([])
  })

  it('has rooms of the domain and no attic', () => {
    const attic = sources.filter((path) => /\/(utils?|helpers?|services?|common|lib|misc|types)(\/|\.ts)/.test(path))
    expect(attic.map(short)).toEqual([])
  })

  it('never switches the types off', () => {
    const off = sources.filter((path) =>
      /(:\s*any\b|as any\b|@ts-ignore|@ts-expect-error|@ts-nocheck)/.test(code(path)),
    )
    expect(off.map(short)).toEqual([])
  })
})

/** The file without its comments. */
const code = (path: string): string =>
  readFileSync(path, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1')
