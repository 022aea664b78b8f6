import { type Clock, Fault, type Id, isFault, newId } from '../../base/index.ts'
import { certificateId, isCertificateId } from '../../gate/index.ts'
import type { Ledger, MessageStatus } from '../../ledger/index.ts'
import { claimKey, type Once } from '../accept.ts'
import { csvRows } from '../csv.ts'
import type { Feed } from '../feed.ts'
import { type LineFault, lineFault, newLineFaults } from '../line-faults.ts'
import { linesOf } from '../lines.ts'
import { ndjsonRows } from '../ndjson.ts'
import { type PermitNeeds, permitAll } from '../permit.ts'
import type { RecipientFormat } from '../recipients.ts'
import { designOf } from './design/index.ts'
import {
  type CertificateHolder,
  type CertificateRequest,
  type CertificateTerms,
  type RequestNeeds,
  readRequest,
} from './request.ts'
import { type Bundle, type CertificateTemplate, readTemplate } from './template.ts'
import { packed, type Templates } from './templates.ts'
import type { Workshop } from './workshop.ts'

export interface CertificateNeeds extends PermitNeeds, RequestNeeds {
  readonly ledger: PermitNeeds['ledger'] & Pick<Ledger, 'remember' | 'message' | 'keepTemplate' | 'revokeCertificate'>
  readonly templates: Templates
  readonly workshop: Pick<Workshop, 'check' | 'tryOut'>
  readonly feed: Pick<Feed, 'nudge'>
  readonly clock: Clock
  readonly digestKey: Uint8Array
}

export interface CertificateInput extends CertificateTerms {
  readonly to: { readonly email: string; readonly name: string }
  readonly data?: Readonly<Record<string, string | number>> | undefined
}

/** The message that carries it, and the number that is printed on it. */
export interface CertificateAcceptance {
  readonly id: Id
  readonly certificate: Id
  readonly status: MessageStatus
  readonly reason?: string
}

export interface CertificateUpload {
  readonly accepted: number
  /** Lines that an earlier call with the same key had brought already. */
  readonly duplicates: number
  readonly refused: number
  readonly faulty: number
  readonly faults: readonly LineFault[]
  readonly certificates: readonly (CertificateAcceptance & { readonly line: number })[]
}

export interface Certificates {
  putTemplate(name: string, bundle: Bundle): Promise<{ readonly name: string; readonly digest: string }>
  accept(input: CertificateInput, once?: Once): Promise<CertificateAcceptance>
  /** A file of holders, one certificate each; a fault in one line stops no other. */
  acceptRows(
    terms: CertificateTerms,
    format: RecipientFormat,
    source: AsyncIterable<Uint8Array>,
    key: string | null,
  ): Promise<CertificateUpload>
  revoke(id: string): Promise<{ readonly id: Id; readonly revokedAt: number }>
}

const hour = 3_600_000

/**
 * Accepts certificates as messages that carry a plan in the place of a file: each is laid out once, so that a name that does
 * not fit is refused here and not found in somebody's mail, and nothing of that is kept.
 */
export function newCertificates(needs: CertificateNeeds): Certificates {
  const { ledger, templates, workshop, feed, clock, ring, book } = needs

  /** Laid out and permitted later, in one go; or what an earlier call had made of it. */
  async function prepare(
    template: CertificateTemplate,
    terms: CertificateTerms,
    holder: CertificateHolder,
    once: Once | undefined,
  ): Promise<CertificateRequest | CertificateAcceptance> {
    const read = (id: Id) => readRequest(needs, template, terms, holder, id, clock.now())
    const fresh = read(newId())
    await workshop.check({ template, plan: fresh.plan, person: personOf(fresh) })
    const id = once ? await claimKey(needs, once, fresh.request.id) : fresh.request.id
    const known = once && id !== fresh.request.id ? await ledger.message(id) : null
    if (known) return answerOf(known.id, known.status, known.reason)
    return id === fresh.request.id ? fresh : read(id)
  }

  const answerOf = (id: Id, status: MessageStatus, reason: string | null): CertificateAcceptance => ({
    ...{ id, certificate: certificateId(ring, id), status },
    ...(reason === null ? {} : { reason }),
  })

  async function permit(requests: readonly CertificateRequest[]): Promise<readonly CertificateAcceptance[]> {
    const answers = await permitAll(
      needs,
      requests.map(({ request }) => request),
    )
    feed.nudge()
    return answers.map(({ id, facts }) => answerOf(id, facts.refused ? 'refused' : 'queued', facts.refused))
  }

  const acceptRows: Certificates['acceptRows'] = async (terms, format, source, key) => {
    const rows = format === 'csv' ? csvRows(linesOf(source)) : ndjsonRows(linesOf(source))
    const template = await templates.named(terms.template)
    const counts = { accepted: 0, duplicates: 0, refused: 0 }
    const leftOut = newLineFaults()
    const certificates: (CertificateAcceptance & { readonly line: number })[] = []
    for await (const batch of rows) {
      const ready: { readonly line: number; readonly made: CertificateRequest }[] = []
      for (const { line, values, code } of batch) {
        if (code !== undefined) leftOut.add({ line, code })
        else {
          try {
            const { email = '', name = null, ...data } = values
            const once =
              key === null ? undefined : { key: `${key}/${line}`, body: Buffer.from(JSON.stringify([terms, values])) }
            const made = await prepare(template, terms, { email, name, data: spelledAs(template, data) }, once)
            if ('plan' in made) ready.push({ line, made })
            else {
              counts.duplicates++
              certificates.push({ line, ...made })
            }
          } catch (cause) {
            if (!isFault(cause) || cause.code.startsWith('store_')) throw cause
            leftOut.add(lineFault(line, cause))
          }
          // Drawing is work for this thread: readers' hits are answered in between.
          await new Promise((resolve) => setImmediate(resolve))
        }
      }
      for (const [index, answer] of (await permit(ready.map(({ made }) => made))).entries()) {
        counts[answer.status === 'refused' ? 'refused' : 'accepted']++
        certificates.push({ line: ready[index]!.line, ...answer })
      }
    }
    return { ...counts, ...leftOut.told(), certificates, ...leftOut.hint() }
  }

  return {
    putTemplate: async (name, bundle) => {
      if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) throw nameInvalid()
      const template = readTemplate(bundle, designOf)
      await workshop.tryOut(template)
      const { digest } = template
      // A mail that is queued now waits for as long as content may lie, and not a day longer.
      const until = clock.now() + book.inForce.message.contentHours * hour
      await ledger.keepTemplate({ name, digest, bundle: packed(bundle) }, clock.now(), until)
      return { name, digest }
    },
    accept: async ({ to, data = {}, ...terms }, once) => {
      const template = await templates.named(terms.template)
      const words = Object.fromEntries(Object.entries(data).map(([field, value]) => [field, String(value)]))
      const made = await prepare(template, terms, { email: to.email, name: to.name, data: words }, once)
      if (!('plan' in made)) return made
      const [answer] = await permit([made])
      return answer!
    },
    acceptRows,
    revoke: async (id) => {
      if (!isCertificateId(ring, id)) throw unknown()
      return { id, revokedAt: await ledger.revokeCertificate(id, clock.now()) }
    },
  }
}

const personOf = ({ request }: CertificateRequest) => ({ name: request.name ?? '', merge: request.merge })

/** Columns of a file come in lower case; fields are spelled as the template has them. */
function spelledAs({ merge, text }: CertificateTemplate, data: Readonly<Record<string, string>>) {
  const mail = `${text.mail?.subject ?? ''}${text.mail?.text ?? ''}${text.mail?.html ?? ''}`
  const named = [...merge, ...[...mail.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)].map(([, name]) => name!)]
  const spelling = new Map(named.map((field) => [field.toLowerCase(), field]))
  return Object.fromEntries(Object.entries(data).map(([column, value]) => [spelling.get(column) ?? column, value]))
}

const unknown = () =>
  new Fault(
    'certificate_unknown',
    'This is not the number of a certificate of this deployment.',
    'Take the number that the certificate shows, or that POST /v1/certificates answered.',
  )

const nameInvalid = () =>
  new Fault(
    'template_name_invalid',
    'The name of a template is not made of small letters, digits and hyphens.',
    'Use a name such as weaving-2026.',
  )
