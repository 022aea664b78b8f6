import { type Clock, Fault } from '../base/index.ts'
import type { DkimKey } from './dkim.ts'
import type { Mailbox, Transport } from './transport.ts'

export interface TransportOptions {
  readonly clock: Clock
  /** Connections kept open at once; default 10. */
  readonly maxConnections?: number
  /** `opportunistic` (default) encrypts where the server offers it; `required` sends nothing in clear and checks certificates. */
  readonly tls?: 'opportunistic' | 'required'
  /** Further certificate authorities to trust, as PEM. */
  readonly authorities?: string
  /** What mail is signed with; none unless told. */
  readonly dkim?: readonly DkimKey[]
  /** How long a server may take, in milliseconds: to connect and greet, between two of its words, for one mail in all. */
  readonly patience?: { readonly connect?: number; readonly silence?: number; readonly mail?: number }
}

export interface OpenedTransport extends Transport {
  /** The built-in mailbox, or null where mail really leaves. */
  readonly mailbox: Mailbox | null
}

type Opener = (url: URL, options: TransportOptions) => Promise<OpenedTransport>

const openSmtp: Opener = async (url, options) => (await import('./smtp.ts')).openSmtp(url, options)

const schemes: Readonly<Record<string, Opener>> = {
  'smtp:': openSmtp,
  'smtps:': openSmtp,
  'capture:': async (_url, options) => (await import('./capture.ts')).openCapture(options),
}

/** Opens `smtp://user:pass@host:port`, `smtps://…` or `capture:`. Throws `smtp_url_invalid`; nobody is connected to yet. */
export async function openTransport(text: string, options: TransportOptions): Promise<OpenedTransport> {
  const url = URL.parse(text)
  const open = url && Object.hasOwn(schemes, url.protocol) ? schemes[url.protocol] : undefined
  if (!url || !open || (url.protocol !== 'capture:' && !url.hostname)) {
    // The URL may hold a password, so it is not repeated.
    throw new Fault(
      'smtp_url_invalid',
      'The mail transport is not a URL that Lethe knows.',
      'Set LETHE_SMTP to capture:, smtp://user:password@host:port or smtps://user:password@host:port.',
    )
  }
  return open(url, options)
}
