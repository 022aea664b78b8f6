import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import {
  type Environment,
  environment,
  folder,
  type Launch,
  type Lethe,
  run,
  startLethe,
} from '../../journeys/lethe.ts'
import { Unproved } from '../row.ts'
import { type Certificate, newCertificate } from './certificate.ts'
import type { Ground } from './ground.ts'
import type { ShapeName } from './shape.ts'
import { openSink, type Sink } from './sink.ts'
import { type Noted, noted, standOnShape, taken } from './standing.ts'

/** What `policy check --json` says of a text. */
export interface Checked {
  readonly policy: { readonly digest: string; readonly unfilled: readonly string[] } | null
  readonly faults: readonly Said[]
  readonly warnings: readonly Said[]
}

export interface Said {
  readonly code: string
  readonly path: string
  readonly line: number
  readonly column: number
  readonly sentence: string
}

// Documents are edited by key; their shape is what `policy check` is asked about.
export type Document = Record<string, unknown>

type Settings = Readonly<Record<string, string>>

/** One policy of the run: its own mail server, one Lethe that most rows share, and whatever a row needs beside it. */
export interface Stage {
  readonly policy: string
  /** The folder of the Lethe that is tried. */
  readonly root: string
  readonly certificate: Certificate
  sink(): Promise<Sink>
  browser: Ground['browser']
  /** The running Lethe of this policy that rows share; no row may leave it changed for the others. */
  lethe(): Promise<Lethe>
  /** An environment for a Lethe of a row's own, under this policy, of whose files `folders` says where they lie. */
  settings(more?: Settings): Promise<Environment & Settings>
  /** The same for rows that look into no file: it starts sooner, on servers that it shares. */
  swift(more?: Settings): Promise<Environment & Settings>
  /** The same with store and queue in its data folder, in every shape: for rows that watch what goes out. */
  embedded(more?: Settings): Promise<Environment & Settings>
  /** Every folder in which a Lethe of these settings keeps bytes. */
  folders(env: Environment): readonly string[]
  /** A copy of a stopped Lethe's store, for one that has a copy of its data folder. */
  copyStore(env: Environment & Settings): Promise<Settings>
  /** Starts one, ended with the stage if the row does not. */
  start(env: Environment, how?: Launch): Promise<Lethe>
  /** Runs a command line to its end. */
  run(words: readonly string[], env?: Settings, input?: string): ReturnType<typeof run>
  /** The shipped document of a policy (this one when left out), parsed, to be edited. */
  document(name?: string): Document
  /** True where this policy counts clicks without recording whose they are. */
  tallies(): boolean
  /** Writes a document (or text) into a file and returns its path. */
  file(document: Document | string): string
  check(document: Document | string): Promise<Checked>
  /** What `make` gave the first time: one scenario serves several rows, and where it stood on no shape those of all shapes. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>
  /** The same stage with a mail server of its own, for a row that runs beside others. */
  beside(name: string): Stage
  close(): Promise<void>
}

/** Where the stages of one run stand. */
export interface Site {
  /** The folder of the Lethe that is tried. */
  readonly root: string
  readonly ground: Ground
  /** What stood on no shape, by policy and name: the same for the stages of all shapes. */
  readonly common: Map<string, Noted<unknown>>
  /** What the commands about a text alone answered: asked once, they say the same to everyone. */
  readonly told: Map<string, ReturnType<typeof run>>
}

export const newSite = (root: string, ground: Ground): Site => ({ root, ground, common: new Map(), told: new Map() })

export function openStage(policy: string, shape: ShapeName, { root, ground, common, told }: Site): Stage {
  const footing = ground.on(shape)
  const held = new Map<string, Noted<unknown>>()
  const sinks = new Map<string, Promise<Sink>>()
  const closers: (() => Promise<unknown>)[] = []
  const certificate = newCertificate(['localhost', '127.0.0.1'])

  const once = <T>(name: string, make: () => Promise<T>): Promise<T> => {
    const known = held.get(name) ?? common.get(`${policy} ${name}`)
    if (known) return taken(known as Noted<T>) // one name, one maker
    const note = noted(make)
    held.set(name, note)
    const share = () => void (note.standing.onShape || common.set(`${policy} ${name}`, note))
    note.made.then(share, () => undefined)
    return taken(note)
  }
  const sinkOf = async (name: string): Promise<Sink> => {
    const open = sinks.get(name) ?? openSink(certificate)
    if (!sinks.has(name)) closers.push(async () => (await open).close())
    sinks.set(name, open)
    return open
  }

  type Laid = (data: string) => Promise<Settings>
  const folders = new Map<string, readonly string[]>()
  const searched: Laid = async (data) => {
    const found = await footing.searched(data)
    folders.set(data, found.folders)
    return found.settings
  }
  // Data folders with store and queue of their own, the same in every shape.
  const apart = new Set<string>()
  const embedded: Laid = (data) => {
    apart.add(data)
    return ground.embedded(data)
  }
  /** Whatever is not known to stand apart from the shape counts as standing on it. */
  const standing = (env: Settings): void => {
    if (!apart.has(env.LETHE_DATA ?? '')) standOnShape()
  }
  const ofShape = <T>(work: () => Promise<T>): Promise<T> => {
    standOnShape()
    return work()
  }

  async function settings(sink: Sink, laid: Laid, more: Settings = {}) {
    const [data, aside] = [folder(), folder()]
    const mine = {
      ...ground.settings,
      ...(await laid(data)),
      LETHE_DATA: data,
      LETHE_POLICY: policy,
      LETHE_SMTP: `smtp://localhost:${sink.port}`,
      LETHE_LOG: join(data, 'lethe.log'),
      LETHE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      LETHE_EPOCHS: join(aside, 'epochs'),
      LETHE_TRUST_PROXY: '127.0.0.0/8',
      NODE_EXTRA_CA_CERTS: certificate.path,
    }
    return environment({ ...mine, ...more })
  }

  async function start(env: Environment, how: Launch = {}): Promise<Lethe> {
    standing(env)
    try {
      const lethe = await startLethe(env, { root, ...how })
      const kill = () => lethe.stop('SIGKILL')
      closers.push(kill)
      process.once('exit', kill)
      return lethe
    } catch (cause) {
      throw new Unproved(cause instanceof Error ? cause.message : 'Lethe did not start')
    }
  }

  const file = (document: Document | string): string => {
    const path = join(folder(), 'policy.yaml')
    writeFileSync(path, typeof document === 'string' ? document : stringify(document, { aliasDuplicateObjects: false }))
    return path
  }
  const runHere: Stage['run'] = (words, env, input = '') => {
    if (env) standing(env)
    const asked = () => run(words, { ...ground.settings, ...env }, input, { root })
    return words[0] === 'policy' && !env ? remembered(words.join(' '), asked) : asked()
  }
  const remembered = (name: string, ask: () => ReturnType<typeof run>) => {
    const answer = told.get(name) ?? ask()
    told.set(name, answer)
    return answer
  }

  const document = (name = policy): Document =>
    parse(readFileSync(join(root, 'policies', `${name}.yaml`), 'utf8')) as Document

  const check: Stage['check'] = async (document) => {
    const text = typeof document === 'string' ? document : stringify(document, { aliasDuplicateObjects: false })
    const ask = () => run(['policy', 'check', file(text), '--json'], ground.settings, '', { root })
    const { out, err } = await remembered(`check ${text}`, ask)
    if (!out.startsWith('{')) throw new Unproved(`policy check said nothing that can be read: ${err.slice(0, 120)}`)
    return JSON.parse(out) as Checked // the command's own shape
  }

  const view = (name: string): Stage => {
    const sink = () => sinkOf(name)
    const mine: Stage['settings'] = (more) => ofShape(async () => settings(await sink(), searched, more))
    return {
      ...{ document, policy, root, certificate, sink, browser: ground.browser, start, file, check, once, run: runHere },
      settings: mine,
      swift: (more) => ofShape(async () => settings(await sink(), footing.swift, more)),
      embedded: async (more) => settings(await sink(), embedded, more),
      folders: ({ LETHE_DATA: data }) => [data, ...(folders.get(data) ?? [])],
      copyStore: ({ LETHE_STORE }) => ofShape(() => footing.copyStore(LETHE_STORE)),
      lethe: () => once('lethe', async () => start(await mine())),
      // The shape that policy check has read.
      tallies: () => (document().collect as { click?: { mode?: string } } | undefined)?.click?.mode === 'tally',
      beside: view,
      close: async () => {
        for (const close of closers.splice(0).reverse()) await close().catch(() => {})
      },
    }
  }
  return view('shared')
}
