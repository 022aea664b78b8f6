import type { ClientConfig } from 'pg'
import { Fault } from '../base/index.ts'
import { authorityIn } from './authority.ts'

const form = 'postgres://user:password@host:5432/database, with ?sslmode=verify-full&sslrootcert=FILE for TLS'

const unsound = (sentence: string) =>
  new Fault('queue_address', `LETHE_QUEUE ${sentence}`, `Write it as ${form}; encode special characters as %XX.`)

const modes: Readonly<Record<string, 'off' | 'unchecked' | 'checked'>> = {
  disable: 'off',
  'no-verify': 'unchecked',
  'verify-full': 'checked',
}
const known = new Set(['sslmode', 'sslrootcert'])

/**
 * The parts of `postgres://user:password@host:port/database`. Throws `queue_address`, which never repeats the address: it
 * holds the password. Nothing is left to the driver to guess, least of all what `require` means.
 */
export function postgresAddress(url: string): ClientConfig {
  const parts = URL.parse(url)
  if (!parts?.hostname || !/^postgres(?:ql)?:$/.test(parts.protocol)) throw unsound('is no address of a PostgreSQL.')
  const database = decoded(parts.pathname.slice(1))
  if (database === '' || database.includes('/')) throw unsound('names no database.')
  const unknown = [...parts.searchParams.keys()].find((key) => !known.has(key))
  if (unknown !== undefined) throw unsound('has a parameter that is none of sslmode and sslrootcert.')
  const authority = parts.searchParams.get('sslrootcert')
  const mode = modes[parts.searchParams.get('sslmode') ?? (authority === null ? 'disable' : 'verify-full')]
  if (!mode) throw unsound('has an sslmode that is none of disable, verify-full and no-verify.')
  return {
    host: parts.hostname.replace(/^\[|\]$/g, ''),
    port: Number(parts.port || 5432),
    user: decoded(parts.username),
    password: decoded(parts.password),
    database,
    ssl: mode !== 'off' && {
      rejectUnauthorized: mode === 'checked',
      ...(authority === null ? {} : { ca: authorityIn(authority) }),
    },
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw unsound('has a % that is not followed by two hexadecimal digits.')
  }
}
