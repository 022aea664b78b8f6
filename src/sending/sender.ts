import { Fault, parseAddress } from '../base/index.ts'
import { refuseInjection } from './compose/index.ts'

/** Who a mail is from, as people read it and as SMTP takes it. */
export interface Sender {
  readonly name: string | null
  readonly address: string
}

const named = /^(?:"((?:[^"\\]|\\.)*)"|([^"<>]*?))\s*<([^<>]+)>$/

/** `sender@example.com`, `Lethe <sender@example.com>` or `"Lethe, Inc." <sender@example.com>`. Throws `sender_invalid`. */
export function parseSender(text: string): Sender {
  refuseInjection(text)
  const trimmed = text.trim()
  const parts = named.exec(trimmed)
  const address = parseAddress(parts ? parts[3]!.trim() : trimmed)
  if (!address) {
    throw new Fault(
      'sender_invalid',
      'The sender or reply address is not of the form sender@example.com or Name <sender@example.com>.',
      'Correct `from`, `replyTo` or LETHE_FROM.',
    )
  }
  const name = (parts?.[1]?.replace(/\\(.)/g, '$1') ?? parts?.[2] ?? '').trim()
  return { name: name || null, address: address.text }
}
