import { Fault } from '../base/index.ts'
import { authorityIn } from './authority.ts'

export interface Node {
  readonly host: string
  readonly port: number
}

export interface Account {
  readonly username?: string
  readonly password?: string
}

/** What `LETHE_QUEUE` says of a Redis or Valkey, whatever stands in front of it. */
export interface RedisAddress extends Account {
  readonly shape: 'alone' | 'sentinel' | 'cluster'
  readonly nodes: readonly [Node, ...Node[]]
  /** The name that the Sentinels know the master by; empty without Sentinels. */
  readonly master: string
  readonly db: number
  /** Whom the Sentinels know us as, where they ask. */
  readonly sentinel: Account
  /** First part of every key. */
  readonly prefix: string | null
  readonly tls: { readonly ca?: string } | null
}

const forms = {
  alone: 'redis://user:password@host:6379/0',
  sentinel: 'redis+sentinel://user:password@one:26379,two:26379/master-name/0',
  cluster: 'redis+cluster://user:password@one:7000,two:7000',
} as const
const scheme = /^redis(?<tls>s?)(?:\+(?<shape>sentinel|cluster))?:\/\/(?:(?<account>[^@/]*)@)?(?<rest>[^@]*)$/
const place = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<name>[^\s:[\]/?#,]+))(?::(?<port>\d{1,5}))?$/
const known = new Set(['ca', 'prefix', 'sentinel_user', 'sentinel_password'])

/** Throws `queue_address` for an address that is none; the fault never repeats it, because it holds the password. */
export function redisAddress(url: string): RedisAddress {
  const { tls = '', shape = 'alone', account = '', rest = '' } = scheme.exec(url)?.groups ?? {}
  const kind = shape === 'sentinel' || shape === 'cluster' ? shape : 'alone'
  const form = `${forms[kind].replace('redis', `redis${tls}`)}; encode special characters of a password as %XX.`
  const unsound = (sentence: string) => new Fault('queue_address', `LETHE_QUEUE ${sentence}`, `Write it as ${form}`)
  if (!scheme.test(url)) throw unsound('is no address of a Redis.')

  const decoded = (text: string): string => {
    try {
      return decodeURIComponent(text)
    } catch {
      throw unsound('has a % that is not followed by two hexadecimal digits.')
    }
  }
  const [way = '', query = ''] = rest.split('?', 2)
  const [places = '', ...path] = way.split('/')
  const nodes = places.split(',').map((text) => nodeOf(text, kind === 'sentinel' ? 26_379 : 6379))
  const [first, ...others] = nodes.filter((node) => node !== null)
  if (!first || others.length + 1 < nodes.length) throw unsound('names a host that is none.')
  if (kind === 'alone' && others.length > 0) throw unsound('names several hosts, and neither sentinel nor cluster.')

  const options = new URLSearchParams(query)
  if ([...options.keys()].some((key) => !known.has(key))) {
    throw unsound(`has a parameter that is none of ${[...known].join(', ')}.`)
  }
  const [master = '', ...below] = kind === 'sentinel' ? path.map(decoded) : ['', ...path]
  if (kind === 'sentinel' && !/^[\w.-]{1,64}$/.test(master)) throw unsound('does not name the master.')
  const db = below.filter((part) => part !== '').join('/') || '0'
  if (!/^\d{1,4}$/.test(db)) throw unsound('has a database that is no number.')
  if (kind === 'cluster' && db !== '0') throw unsound('asks for a database, and a Cluster has only 0.')
  const prefix = options.get('prefix')
  if (prefix !== null && !/^[\w.-]{1,64}$/.test(prefix)) throw unsound('has a prefix that is no name.')
  const authority = options.get('ca')
  if (authority !== null && tls === '') throw unsound('names an authority and does not speak TLS.')
  return {
    ...accountOf(...halves(account, decoded)),
    shape: kind,
    nodes: [first, ...others],
    master,
    db: Number(db),
    sentinel: accountOf(options.get('sentinel_user') ?? '', options.get('sentinel_password') ?? ''),
    prefix,
    tls: tls === '' ? null : authority === null ? {} : { ca: authorityIn(authority) },
  }
}

function nodeOf(text: string, usual: number): Node | null {
  const { six, name, port } = place.exec(text)?.groups ?? {}
  const host = six ?? name
  if (host === undefined || Number(port ?? usual) > 65_535) return null
  return { host, port: Number(port ?? usual) }
}

const halves = (account: string, decoded: (text: string) => string): [user: string, password: string] => {
  const colon = account.indexOf(':')
  return colon < 0 ? [decoded(account), ''] : [decoded(account.slice(0, colon)), decoded(account.slice(colon + 1))]
}

const accountOf = (username: string, password: string): Account => ({
  ...(username === '' ? {} : { username }),
  ...(password === '' ? {} : { password }),
})
