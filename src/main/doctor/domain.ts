import { type DkimKey, dkimRecord } from '../../transport/index.ts'
import { asked, type DoctorFinding, finding, type Outside } from './finding.ts'

export interface SendingDomain {
  /** Of the From address. */
  readonly domain: string
  /** Of the envelope sender, which SPF is asked for (RFC 7208 section 2.4). */
  readonly returnPath: string
  readonly keys: readonly DkimKey[]
}

/** What receivers look up about one sender's domain. */
export async function examineDomain(sending: SendingDomain, outside: Outside): Promise<readonly DoctorFinding[]> {
  const { domain, keys } = sending
  const own = keys.filter((key) => within(domain, key.domain))
  const all = [
    asked(`SPF of ${sending.returnPath}`, () => spf(sending.returnPath, outside)),
    ...own.map((key) => asked(`DKIM ${key.selector} of ${key.domain}`, () => dkim(key, outside))),
    asked(`DMARC of ${domain}`, () => dmarc(sending, own.length > 0, outside)),
    asked(`MX of ${domain}`, () => mx(domain, outside)),
  ]
  const unsigned = finding(
    `DKIM of ${domain}`,
    'warn',
    'Lethe has no key for it',
    'Set LETHE_DKIM, or make sure that the server which takes your mail signs it for this domain.',
  )
  return [...(own.length === 0 ? [unsigned] : []), ...(await Promise.all(all)).flat()]
}

export const within = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`)

/** Relaxed alignment (RFC 7489 section 3.1), judged without a list of public suffixes: one is the other or lies under it. */
const aligned = (one: string, other: string): boolean => within(one, other) || within(other, one)

async function spf(domain: string, outside: Outside): Promise<DoctorFinding> {
  const check = `SPF of ${domain}`
  const records = (await outside.txt(domain)).filter((text) => /^v=spf1(?:\s|$)/i.test(text))
  const publish = `Publish TXT at ${domain}: "v=spf1 include:<your mail server's record> -all".`
  if (records.length === 0) return finding(check, 'fail', 'no record', publish)
  if (records.length > 1) return finding(check, 'fail', 'more than one record: receivers ignore all', 'Keep one.')
  const terms = records[0]!.toLowerCase().split(/\s+/)
  const last = terms.find((term) => /^[+?~-]?all$/.test(term))
  if (last === 'all' || last === '+all') return finding(check, 'fail', 'lets everybody send', 'End it with -all.')
  if (!last && !terms.some((term) => term.startsWith('redirect='))) {
    return finding(check, 'warn', 'does not say who may not send', 'End it with -all or ~all.')
  }
  return finding(check, 'ok', records[0]!)
}

async function dkim(key: DkimKey, outside: Outside): Promise<DoctorFinding> {
  const name = `${key.selector}._domainkey.${key.domain}`
  const check = `DKIM ${key.selector} of ${key.domain}`
  const wanted = dkimRecord(key)
  const records = await outside.txt(name)
  if (records.length === 0) return finding(check, 'fail', 'no record', `Publish TXT at ${name}: "${wanted}".`)
  const publicKey = (text: string) => /(?:^|;)\s*p=([^;]*)/.exec(text)?.[1]?.replace(/\s/g, '')
  if (records.some((text) => publicKey(text) === publicKey(wanted))) return finding(check, 'ok', 'published, and ours')
  return finding(check, 'fail', 'another key is published', `Publish TXT at ${name}: "${wanted}".`)
}

async function dmarc({ domain, returnPath }: SendingDomain, signed: boolean, outside: Outside): Promise<DoctorFinding> {
  const check = `DMARC of ${domain}`
  const labels = domain.split('.')
  const parents = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'))
  for (const parent of parents) {
    const record = (await outside.txt(`_dmarc.${parent}`)).find((text) => /^v=DMARC1\s*;/i.test(text))
    if (!record) continue
    if (!signed && !aligned(domain, returnPath)) {
      const next = `Sign with a key of ${domain}, or put the return path under it.`
      return finding(check, 'fail', 'neither DKIM nor SPF speaks for the From domain', next)
    }
    const policy = /;\s*p\s*=\s*(\w+)/i.exec(record)?.[1]?.toLowerCase() ?? 'none'
    if (policy === 'none')
      return finding(check, 'warn', record, 'Ask for p=quarantine or p=reject once reports look right.')
    return finding(check, 'ok', record)
  }
  const next = `Publish TXT at _dmarc.${domain}: "v=DMARC1; p=quarantine; rua=mailto:<where reports go>".`
  return finding(check, 'fail', 'no record: large providers refuse bulk mail without one', next)
}

/** Where reports of mail that came back are sent: without it none of them arrives. */
export const examineReturnPath = (domain: string, outside: Outside): Promise<readonly DoctorFinding[]> =>
  asked(`MX of ${domain}`, async () => {
    const found = await mx(domain, outside)
    const next = `Publish an MX record at ${domain} that leads to LETHE_INBOUND, or to the server that fills LETHE_SPOOL.`
    return found.state === 'ok' ? found : finding(found.check, 'fail', 'no report of a bounce can arrive', next)
  })

async function mx(domain: string, outside: Outside): Promise<DoctorFinding> {
  const check = `MX of ${domain}`
  const hosts = await outside.mx(domain)
  if (hosts.length > 0) return finding(check, 'ok', hosts.join(', '))
  return finding(
    check,
    'warn',
    'nobody can answer to this address',
    `Publish an MX record, or use a From that has one.`,
  )
}
