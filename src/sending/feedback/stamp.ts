import type { Id } from '../../base/index.ts'
import { type KeyRing, mintReturn } from '../../gate/index.ts'
import type { Mail } from '../../transport/index.ts'
import { complaintsLocal } from './intake.ts'

/** Gives a mail the return path and the headers by which what comes back is known again. */
export type Stamp = <M extends Mail>(mail: M, message: Id) => M

interface StampNeeds {
  readonly ring: KeyRing
  /** The return-path domain; null leaves the envelope sender as it is. */
  readonly domain: string | null
  /** Whom mail is handed to: some providers give back only what is in a header of their own. */
  readonly hosts: readonly string[]
}

type Header = Mail['headers'][number]

/** By the host's ending: what the provider's notification repeats. */
const providers: readonly (readonly [ending: string, header: (token: string) => Header])[] = [
  ['postmarkapp.com', (token) => ({ name: 'X-PM-Metadata-lethe', value: token })],
  ['mailgun.org', (token) => ({ name: 'X-Mailgun-Variables', value: JSON.stringify({ lethe: token }) })],
  ['amazonaws.com', (token) => ({ name: 'CFBL-Feedback-ID', value: token })],
]

export function newStamp({ ring, domain, hosts }: StampNeeds): Stamp {
  const heardBy = ([ending]: readonly [string, unknown]) =>
    hosts.some((host) => host === ending || host.endsWith(`.${ending}`))
  const headers = providers.filter(heardBy).map(([, header]) => header)
  if (domain === null && headers.length === 0) return (mail) => mail
  return (mail, message) => {
    const token = mintReturn(ring, message)
    const own = domain === null ? [] : complaintHeaders(token, domain)
    const theirs = headers.map((header) => header(token)).filter(({ name }) => !own.some((each) => each.name === name))
    const envelope = domain === null ? mail.envelope : { ...mail.envelope, from: `${token}@${domain}` }
    return { ...mail, envelope, headers: [...mail.headers, ...own, ...theirs] }
  }
}

/** RFC 9477 section 3.1. */
const complaintHeaders = (token: string, domain: string): readonly Header[] => [
  { name: 'CFBL-Address', value: `${complaintsLocal}@${domain}; report=arf` },
  { name: 'CFBL-Feedback-ID', value: token },
]
