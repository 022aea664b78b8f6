import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folder } from '../../journeys/lethe.ts'

export interface Certificate {
  readonly key: string
  readonly cert: string
  /** The file that NODE_EXTRA_CA_CERTS names for whoever is to trust it. */
  readonly path: string
}

/** A certificate for mail servers of the tests' own, made anew for each run; it vouches for itself. */
export function newCertificate(names: readonly string[]): Certificate {
  const dir = folder()
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const san = names.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',')
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${san}`, '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  )
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8'), path: cert }
}
