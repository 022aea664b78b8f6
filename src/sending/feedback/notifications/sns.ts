import { verify, X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '../../../base/index.ts'
import { type Door, jsonOf, signatureInvalid } from './door.ts'
import type { Notification } from './notification.ts'
import { fromSimpleNotification } from './ses.ts'

/**
 * Amazon SES through SNS. Messages are signed with RSA, which libsodium does not have, by a certificate that SNS would let
 * one fetch; nothing is fetched here: the operator keeps the certificate in a file.
 */
const envelope = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  Subject: z.string().nullish(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SubscribeURL: z.string().optional(),
  Token: z.string().optional(),
})
type Envelope = z.infer<typeof envelope>

const signed: Readonly<Record<string, readonly (keyof Envelope)[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
}
const digests = { '1': 'sha1', '2': 'sha256' } as const

export interface SnsNeeds {
  readonly topic: string
  /** One certificate or several, PEM: the next one may lie there before it counts. */
  readonly certificates: string
  /** Called with the address that confirms the subscription, which somebody has to open once. */
  readonly subscribing: (url: string) => void
}

/** Throws `sns_certificate_invalid` when there is no certificate in what was given. */
export function newSnsDoor({ topic, certificates, subscribing }: SnsNeeds): Door {
  const keys = publicKeys(certificates)
  return (body) => {
    const message = readEnvelope(body)
    if (message.TopicArn !== topic) throw signatureInvalid()
    const names = signed[message.Type] ?? signed.SubscriptionConfirmation!
    const text = names.flatMap((name) => (message[name] == null ? [] : [`${name}\n${message[name]}\n`])).join('')
    const signature = Buffer.from(message.Signature, 'base64')
    const genuine = keys.some((key) => verify(digests[message.SignatureVersion], Buffer.from(text), key, signature))
    if (!genuine) throw signatureInvalid()
    if (message.Type === 'Notification') return fromSimpleNotification(message.Message) ?? nothing
    if (message.Type === 'SubscriptionConfirmation') subscribing(confirming(message.SubscribeURL))
    return nothing
  }
}

const nothing: Notification = Object.freeze({ verdict: { kind: 'other' as const }, traces: [] })

function readEnvelope(body: Buffer): Envelope {
  const { success, data } = envelope.safeParse(jsonOf(body))
  if (success) return data
  throw signatureInvalid()
}

function confirming(text: string | undefined): string {
  const url = URL.parse(text ?? '')
  if (url?.protocol === 'https:' && /^sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/.test(url.hostname)) return url.href
  throw signatureInvalid()
}

function publicKeys(pem: string) {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  try {
    if (blocks.length > 0) return blocks.map((block) => new X509Certificate(block).publicKey)
  } catch {}
  throw new Fault(
    'sns_certificate_invalid',
    'The file in LETHE_SES_CERTIFICATE holds no certificate.',
    'Download the certificate that SigningCertURL of a message names, from sns.<region>.amazonaws.com, and save it there.',
  )
}
