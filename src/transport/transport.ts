/** A composed mail, ready for the wire. Addresses are bare; every header that matters is set by the composer. */
export interface Mail {
  /** Envelope sender and recipient (RFC 5321). One recipient a mail. */
  readonly envelope: { readonly from: string; readonly to: string }
  readonly from: { readonly address: string; readonly name: string | null }
  readonly to: { readonly address: string; readonly name: string | null }
  readonly replyTo: string | null
  readonly subject: string
  readonly messageId: string
  readonly date: Date
  readonly html: string | null
  readonly text: string | null
  /** One line each, never encoded or folded: List-Unsubscribe and its kin break when they are. */
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly attachments: readonly { readonly filename: string; readonly contentType: string; readonly content: Buffer }[]
}

/**
 * What became of one attempt. The server's words stay in the transport; only a class and a code come out (law 2).
 *
 *   delivered    the server took responsibility
 *   later        it may work later: 4xx, or a connection that failed before the message was handed over; `slowDown` when the
 *                server asks for less mail, from us altogether or for where this one goes
 *   never        this address will not take it: a 5xx about the recipient
 *   rejected     a 5xx about this message (content, size, policy), not about the address
 *   transport    5xx at AUTH or MAIL, or TLS not as required: the transport's fault, no recipient is to blame
 *   unknown      the connection died after the message was handed over and before the answer
 */
export type Delivery =
  | { readonly outcome: 'delivered' }
  | {
      readonly outcome: 'never' | 'rejected' | 'transport' | 'unknown'
      /** `smtp_451_4.3.0`, `connection_refused`, `timeout`, `tls`, … */
      readonly code: string
    }
  | { readonly outcome: 'later'; readonly code: string; readonly slowDown?: 'transport' | 'recipient' }

export interface Transport {
  /** Never throws for what a server does; throws only for a defect. */
  deliver(mail: Mail): Promise<Delivery>
  /** How many deliveries may be in flight at once. */
  readonly concurrency: number
  /** Host names that mail is handed to; the policy's processors must cover those that are not loopback. */
  readonly hosts: readonly string[]
  close(): Promise<void>
}

/** One mail in the built-in mailbox. */
export interface Received {
  readonly at: string
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly html: string | null
  readonly text: string | null
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly raw: string
}

/** The mailbox behind `capture:`: a real SMTP server on loopback that keeps mail in memory only, oldest first, bounded. */
export interface Mailbox {
  list(options?: { readonly to?: string }): Promise<readonly Received[]>
  readonly count: number
  clear(): void
}
