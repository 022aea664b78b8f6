import { execFileSync } from 'node:child_process'
import dgram from 'node:dgram'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A network of its own for one Lethe: a wire to this side, a resolver at its end, and nothing else. */
export interface Namespace {
  /** Addresses of this side and of the inside. */
  readonly here: string
  readonly there: string
  readonly prefix: readonly string[]
  /** Names that were looked up inside, in their order. */
  readonly lookups: readonly string[]
  /** What the kernel counted inside: connections opened and accepted by processes there, and datagrams but for look-ups. */
  counted(pid: number): { readonly connects: number; readonly accepted: number; readonly datagrams: number }
  close(): void
}

const ip = (...words: string[]) => execFileSync('ip', words, { stdio: 'pipe' })

/** True where this user may make network namespaces; asked by making one. */
export function haveNamespaces(): boolean {
  const name = `lethe-try-${process.pid}`
  try {
    ip('netns', 'add', name)
    ip('netns', 'del', name)
    return true
  } catch {
    return false
  }
}

let made = 0

/** `names` resolve to this side; every other name is answered with "no such name", and written down like them. */
export async function openNamespace(names: readonly string[]): Promise<Namespace> {
  const number = (process.pid + made++) % 250
  const name = `lethe-${process.pid}-${made}`
  const [outer, inner] = [`lt${number}h`, `lt${number}n`]
  const [here, there] = [`10.213.${number}.1`, `10.213.${number}.2`]
  ip('netns', 'add', name)
  ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', name)
  ip('addr', 'add', `${here}/30`, 'dev', outer)
  ip('link', 'set', outer, 'up')
  ip('-n', name, 'addr', 'add', `${there}/30`, 'dev', inner)
  for (const link of [inner, 'lo']) ip('-n', name, 'link', 'set', link, 'up')
  ip('-n', name, 'route', 'add', 'default', 'via', here)
  // `ip netns exec` lays these files over /etc inside.
  const etc = join('/etc/netns', name)
  mkdirSync(etc, { recursive: true })
  writeFileSync(join(etc, 'resolv.conf'), `nameserver ${here}\noptions timeout:1 attempts:1\n`)

  const remove = (): void => {
    process.off('exit', remove)
    ip('netns', 'del', name)
    if (existsSync(etc)) rmSync(etc, { recursive: true })
  }
  process.once('exit', remove) // also when the run is broken off

  const lookups: string[] = []
  let datagrams = 0
  const resolver = dgram.createSocket('udp4')
  resolver.on('message', (query, from) => {
    datagrams++
    const asked = nameIn(query)
    lookups.push(asked)
    resolver.send(answerTo(query, names.includes(asked) ? here : null), from.port, from.address)
  })
  await new Promise<void>((resolve) => resolver.bind(53, here, resolve))

  return {
    ...{ here, there, lookups, prefix: ['ip', 'netns', 'exec', name] },
    counted: (pid) => {
      const [tcp, udp] = [snmp(pid, 'Tcp', 'ActiveOpens'), snmp(pid, 'Udp', 'OutDatagrams')]
      return { connects: tcp, accepted: snmp(pid, 'Tcp', 'PassiveOpens'), datagrams: udp - datagrams }
    },
    close: () => {
      resolver.close()
      remove()
    },
  }
}

/** A counter of the namespace that `pid` lives in (RFC 4022, RFC 4113), from a line of names and a line of values. */
function snmp(pid: number, protocol: string, counter: string): number {
  const lines = readFileSync(`/proc/${pid}/net/snmp`, 'utf8').split('\n')
  const [names = '', values = ''] = lines.filter((line) => line.startsWith(`${protocol}: `))
  return Number(values.split(' ')[names.split(' ').indexOf(counter)])
}

/** The one question of a DNS message (RFC 1035 section 4.1.2), in lower case. */
function nameIn(query: Buffer): string {
  const labels: string[] = []
  for (let at = 12; query[at]; at += query[at]! + 1) labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!))
  return labels.join('.').toLowerCase()
}

function answerTo(query: Buffer, address: string | null): Buffer {
  let end = 12
  while (query[end]) end += query[end]! + 1
  const question = query.subarray(12, end + 5)
  const v4 = question.readUInt16BE(question.length - 4) === 1
  const head = Buffer.from(query.subarray(0, 12))
  head.writeUInt16BE(address === null ? 0x8183 : 0x8180, 2)
  for (const [at, count] of [4, 6, 8, 10].map((at) => [at, at === 4 || (at === 6 && address && v4) ? 1 : 0] as const)) {
    head.writeUInt16BE(count, at)
  }
  if (address === null || !v4) return Buffer.concat([head, question])
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split('.').map(Number)])
  return Buffer.concat([head, question, record])
}
