import { readFileSync, statSync } from 'node:fs'
import { dayMillis, Fault, isoDay } from '../base/index.ts'
import {
  isNetworkKind,
  type NetworkKind,
  type NetworkSet,
  putNetworkSet,
  readNetworkFile,
  readNetworks,
  shippedNetworks,
} from '../tracking/index.ts'
import type { Config } from './config.ts'
import { openDataFolder } from './folder.ts'
import { networksFile } from './instruments.ts'

/** One set of networks as an operator sees it. */
export interface NetworksLine {
  readonly name: string
  readonly kind: NetworkKind
  readonly date: string
  readonly ranges: number
  readonly from: 'shipped' | 'updated'
}

const mostBytes = 64 * 1024 * 1024

const unreadable = (sentence: string, cause?: unknown) =>
  new Fault('networks_file', sentence, 'Give the path of a file that the owner of the networks published.', { cause })

export function networkKind(text: string): NetworkKind {
  if (isNetworkKind(text)) return text
  throw new Fault(
    'networks_kind_unknown',
    'That is no kind of network.',
    'Write --kind relay, image-proxy, microsoft, scanner or cloud.',
  )
}

/**
 * Reads an owner's file into the data folder, whole or not at all. Works beside a running Lethe, which takes it up within a
 * minute. Throws the faults of reading, none of which quotes the file.
 */
export function updateNetworks(
  config: Config,
  path: string,
  told: { readonly kind?: NetworkKind; readonly name?: string; readonly date?: string },
): NetworksLine {
  let text: string
  try {
    if (statSync(path).size > mostBytes) throw unreadable('The file is larger than any list of networks.')
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw cause instanceof Fault ? cause : unreadable('The file cannot be read.', cause)
  }
  const today = isoDay(Math.floor(config.clock.now() / dayMillis))
  const set = readNetworks(text, { ...told, today })
  putNetworkSet(networksFile({ data: openDataFolder(config.data) }), set)
  return line(set, 'updated')
}

/** The sets that count now: what came with Lethe, but for what an update replaced. */
export function listNetworks(config: Config): readonly NetworksLine[] {
  const updates = readNetworkFile(networksFile(config))
  const replaced = new Set(updates.map(({ name }) => name))
  const shipped = shippedNetworks().filter(({ name }) => !replaced.has(name))
  return [...shipped.map((set) => line(set, 'shipped')), ...updates.map((set) => line(set, 'updated'))]
}

const line = ({ name, kind, date, ranges }: NetworkSet, from: NetworksLine['from']): NetworksLine => ({
  ...{ name, kind, date, from },
  ranges: ranges.length,
})
