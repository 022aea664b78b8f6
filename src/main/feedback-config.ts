import { existsSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Fault, parseAddress } from '../base/index.ts'
// The door of that folder and not the room's: a tracker reads these settings too, and has no use for the rest.
import { newSnsDoor } from '../sending/feedback/notifications/index.ts'
import { type Listen, readAddress } from './address.ts'

/** Where what comes back of a mail may come in; each is off unless it is set. */
export interface FeedbackConfig {
  /** Domain of the envelope sender of every mail; null leaves it the From address. */
  readonly returnPath: string | null
  readonly inbound: Listen | null
  readonly spool: string | null
  readonly ses: { readonly topic: string; readonly certificates: string } | null
  /** `user:password` of the webhook's URL. */
  readonly postmark: string | null
  readonly mailgun: string | null
}

export interface FeedbackSettings {
  value(name: string): string | undefined
  /** Runs `read`, and keeps its fault for the list of all of them. */
  tried<T>(read: () => T): T
}

const fault = (sentence: string, next: string) => new Fault('config_invalid', sentence, next)

export function readFeedback({ value, tried }: FeedbackSettings): FeedbackConfig {
  const returnPath = value('LETHE_RETURN_PATH')
  const inbound = value('LETHE_INBOUND')
  const spool = value('LETHE_SPOOL')
  const postmark = value('LETHE_POSTMARK_WEBHOOK')
  return {
    returnPath: returnPath === undefined ? null : tried(() => domain(returnPath)),
    inbound: inbound === undefined ? null : tried(() => inboundAt(readAddress('LETHE_INBOUND', inbound), returnPath)),
    spool: spool === undefined ? null : tried(() => folder(resolve(spool))),
    ses: tried(() => ses(value('LETHE_SES_TOPIC'), value('LETHE_SES_CERTIFICATE'))),
    postmark: postmark === undefined ? null : tried(() => secret('LETHE_POSTMARK_WEBHOOK', postmark, /^[^:]+:.{16,}$/)),
    mailgun: tried(() => {
      const key = value('LETHE_MAILGUN_SIGNING_KEY')
      return key === undefined ? null : secret('LETHE_MAILGUN_SIGNING_KEY', key, /^.{16,}$/)
    }),
  }
}

function domain(text: string): string {
  const address = parseAddress(`x@${text}`)
  if (address) return address.domain
  const next = 'Write a domain of yours whose MX leads here, under the domain of your senders: bounces.example.org.'
  throw fault('LETHE_RETURN_PATH is no domain.', next)
}

function inboundAt(at: Listen, returnPath: string | undefined): Listen {
  if (returnPath !== undefined) return at
  const next = 'Set LETHE_RETURN_PATH to the domain that mail comes back to, or leave LETHE_INBOUND out.'
  throw fault('LETHE_INBOUND listens for a domain that nothing names.', next)
}

function folder(path: string): string {
  if (existsSync(path) && statSync(path).isDirectory()) return path
  const next = 'Make the folder, and let your mail server put returned mails there, one a file.'
  throw fault('LETHE_SPOOL is no folder.', next)
}

function ses(topic: string | undefined, file: string | undefined): FeedbackConfig['ses'] {
  if (topic === undefined && file === undefined) return null
  if (topic === undefined || !topic.startsWith('arn:') || file === undefined) {
    const next =
      'Set LETHE_SES_TOPIC to the ARN of the topic, and LETHE_SES_CERTIFICATE to a file with its certificate.'
    throw fault('LETHE_SES_TOPIC and LETHE_SES_CERTIFICATE belong together.', next)
  }
  if (!existsSync(file))
    throw fault('LETHE_SES_CERTIFICATE names no file.', 'Save the certificate of SNS there, as PEM.')
  const certificates = readFileSync(file, 'utf8')
  // Asked now, so that a wrong file is told with the other settings.
  newSnsDoor({ topic, certificates, subscribing: () => {} })
  return { topic, certificates }
}

function secret(name: string, text: string, form: RegExp): string {
  if (form.test(text)) return text
  const shape = name === 'LETHE_POSTMARK_WEBHOOK' ? 'user:password with a password' : 'a key'
  throw fault(`${name} is too short to be a secret.`, `Write ${shape} of at least 16 random characters.`)
}
