import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface Peer {
  readonly address: string
  readonly port: number
}

/** Whom a process and its children talk to, looked at again and again: the way without a network namespace. */
export function watchSockets(pid: number) {
  const seen = new Map<string, Peer>()
  const listening = new Set<number>()
  const look = (): void => {
    for (const each of family(pid)) {
      const mine = inodes(each)
      for (const { local, peer, state, inode } of connections(each)) {
        if (!mine.has(inode)) continue
        if (state === 0x0a) listening.add(local)
        else if (peer.port !== 0) seen.set(`${local} ${peer.address} ${peer.port}`, peer)
      }
    }
  }
  const timer = setInterval(look, 25)
  return {
    /** Peers that the process connected to: those of its own listening ports connected to it. */
    stop: (): readonly Peer[] => {
      clearInterval(timer)
      return [...seen].filter(([key]) => !listening.has(Number(key.split(' ')[0]))).map(([, peer]) => peer)
    },
  }
}

const quiet = <T>(read: () => T, otherwise: T): T => {
  try {
    return read()
  } catch {
    return otherwise // the process, or its file, is gone by now
  }
}

function family(pid: number): readonly number[] {
  const children = quiet(() => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), '')
  return [pid, ...children.split(' ').filter(Boolean).map(Number).flatMap(family)]
}

const inodes = (pid: number): ReadonlySet<string> =>
  new Set(
    quiet(() => readdirSync(`/proc/${pid}/fd`), []).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(quiet(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ''))?.[1] ?? [],
    ),
  )

function connections(pid: number) {
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    quiet(() => readFileSync(`/proc/${pid}/net/${table}`, 'utf8'), '')
      .split('\n')
      .slice(1)
      .filter(Boolean)
      .map((line) => {
        const [, local = '', remote = '', state = '', , , , , , inode = ''] = line.trim().split(/\s+/)
        return {
          local: portOf(local),
          peer: { address: addressOf(remote), port: portOf(remote) },
          state: Number.parseInt(state, 16),
          inode,
        }
      }),
  )
}

const portOf = (text: string): number => Number.parseInt(text.split(':')[1] ?? '0', 16)

/** The kernel prints IPv4 as one little-endian word; a mapped address ends in the same. */
function addressOf(text: string): string {
  const hex = text.split(':')[0] ?? ''
  const v4 = hex.length === 8 || hex.startsWith('0000000000000000FFFF0000')
  if (!v4) return hex.toLowerCase()
  const bytes = hex.slice(-8).match(/../g) ?? []
  return bytes
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.')
}
