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
import { openSink, type Sink } from './sink.ts'

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
  /** What `make` gave the first time: one scenario serves several rows. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>
  /** The same stage with a mail server of its own, for a row that runs beside others. */
  beside(name: string): Stage
  close(): Promise<void>
}

export function openStage(policy: string, root: string, ground: Ground): Stage {
  const held = new Map<string, Promise<unknown>>()
  const closers: (() => Promise<unknown>)[] = []
  const certificate = newCertificate(['localhost', '127.0.0.1'])

  const once = <T>(name: string, make: () => Promise<T>): Promise<T> => {
    const known = held.get(name)
    if (known) return known as Promise<T> // one name, one maker
    const made = make()
    held.set(name, made)
    return made
  }
  const sinkOf = (name: string) =>
    once(`sink ${name}`, async () => {
      const opened = await openSink(certificate)
      closers.push(opened.close)
      return opened
    })

  type Footing = (data: string) => Promise<Settings>
  const folders = new Map<string, readonly string[]>()
  const searched: Footing = async (data) => {
    const found = await ground.searched(data)
    folders.set(data, found.folders)
    return found.settings
  }

  async function settings(sink: Sink, footing: Footing, more: Settings = {}) {
    const [data, apart] = [folder(), folder()]
    const mine = {
      ...ground.settings,
      ...(await footing(data)),
      LETHE_DATA: data,
      LETHE_POLICY: policy,
      LETHE_SMTP: `smtp://localhost:${sink.port}`,
      LETHE_LOG: join(data, 'lethe.log'),
      LETHE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      LETHE_EPOCHS: join(apart, 'epochs'),
      LETHE_TRUST_PROXY: '127.0.0.0/8',
      NODE_EXTRA_CA_CERTS: certificate.path,
    }
    return environment({ ...mine, ...more })
  }

  async function start(env: Environment, how: Launch = {}): Promise<Lethe> {
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
  const runHere: Stage['run'] = (words, env = {}, input = '') =>
    run(words, { ...ground.settings, ...env }, input, { root })

  const document = (name = policy): Document =>
    parse(readFileSync(join(root, 'policies', `${name}.yaml`), 'utf8')) as Document

  const check: Stage['check'] = (document) => {
    // The shipped text is asked about by many rows, and says the same to each.
    const text = typeof document === 'string' ? document : stringify(document, { aliasDuplicateObjects: false })
    return once(`check ${text}`, async () => {
      const { out, err } = await runHere(['policy', 'check', file(text), '--json'])
      if (!out.startsWith('{')) throw new Unproved(`policy check said nothing that can be read: ${err.slice(0, 120)}`)
      return JSON.parse(out) as Checked // the command's own shape
    })
  }

  const view = (name: string): Stage => {
    const sink = () => sinkOf(name)
    const mine: Stage['settings'] = async (more) => settings(await sink(), searched, more)
    return {
      ...{ document, policy, root, certificate, sink, start, file, check, once, run: runHere },
      settings: mine,
      swift: async (more) => settings(await sink(), ground.swift, more),
      embedded: async (more) => settings(await sink(), ground.embedded, more),
      folders: ({ LETHE_DATA: data }) => [data, ...(folders.get(data) ?? [])],
      copyStore: ({ LETHE_STORE }) => ground.copyStore(LETHE_STORE),
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
