import { Fault, isFault } from '../base/index.ts'
import { nearest } from '../policy/index.ts'
import { type Listen, readAddress } from './address.ts'
import { isLoopback } from './loopback.ts'

/** Every variable that Lethe reads, without the LETHE_ in front of it. */
const settings: readonly string[] = [
  ...['DATA', 'STORE', 'KEY_STORE', 'QUEUE', 'POLICY', 'SMTP', 'FROM', 'DKIM', 'PUBLIC_URL', 'TRACKER'],
  ...['API', 'API_KEY', 'KEYS', 'EPOCHS', 'TRUST_PROXY', 'PROXY_PROTOCOL', 'PAGES', 'BACKLOG', 'GEO', 'ROLES', 'LOG'],
  ...['OTEL', 'OTEL_SHARE', 'CLOCK', 'RETURN_PATH', 'INBOUND', 'SPOOL', 'SES_TOPIC', 'SES_CERTIFICATE'],
  ...['POSTMARK_WEBHOOK', 'MAILGUN_SIGNING_KEY'],
]
const ofOnePurpose = /^(?:FROM|REPLY_TO)_[A-Z]/
// What Kubernetes sets beside a service whose name begins so, and what is for the suites of this repository.
const ofOthers = /_SERVICE_(?:HOST|PORT)|_PORT(?:_\d+_|$)|^(?:TEST|REQUIRE)_/

type Environment = Readonly<Record<string, string | undefined>>

/** What stops no start and is yet most likely a slip: a variable that nobody reads, links that lead elsewhere. */
export function doubts(env: Environment): readonly Fault[] {
  const names = Object.keys(env).filter((name) => /^LETHE_\w{1,60}$/.test(name) && env[name]?.trim())
  return [...names.flatMap((name) => unknownSetting(name.slice(6))), ...linksElsewhere(env)]
}

function unknownSetting(word: string): readonly Fault[] {
  if (settings.includes(word) || ofOnePurpose.test(word) || ofOthers.test(word)) return []
  const near = nearest(word, settings)
  const next = near === null ? 'Leave it out; README.md names every setting.' : `Did you mean LETHE_${near}?`
  return [new Fault('setting_unknown', `There is no setting LETHE_${word}, and nothing reads it.`, next)]
}

/** Every link in a mail begins with LETHE_PUBLIC_URL, wherever the tracker listens. */
function linksElsewhere({ LETHE_PUBLIC_URL: url, LETHE_TRACKER: tracker }: Environment): readonly Fault[] {
  if (url?.trim() || !tracker?.trim()) return []
  const at = listening(tracker.trim())
  const everywhere = at !== null && ['0.0.0.0', '::'].includes(at.host)
  if (at === null || (at.port === 8080 && (everywhere || isLoopback(at.host)))) return []
  const sentence = `Links in mail lead to http://127.0.0.1:8080, and LETHE_TRACKER listens on ${tracker.trim()}.`
  return [new Fault('public_url_elsewhere', sentence, 'Set LETHE_PUBLIC_URL to the address that readers reach it at.')]
}

/** Null for what is no address: a fault of its own says so. */
function listening(text: string): Listen | null {
  try {
    return readAddress('LETHE_TRACKER', text)
  } catch (error) {
    if (isFault(error)) return null
    throw error
  }
}
