import { type Day, dayOf, Fault, type Id, isoDay } from '../../base/index.ts'
import {
  type CertificatePlan,
  type Content,
  certificateId,
  type KeyRing,
  refuseCards,
  type SendRequest,
} from '../../gate/index.ts'
import type { PolicyBook } from '../../policy/policy.ts'
import { fill, namesOf, piecesOf, valueIn } from '../compose/field.ts'
import { refuseInjection } from '../compose/index.ts'
import { checkSenders, readContent } from '../content.ts'
import { FieldsMissing } from '../fields-missing.ts'
import { sendingPurpose } from '../permit.ts'
import { readRecipient } from '../recipient.ts'
import { mailOf } from './mail.ts'
import type { CertificateTemplate } from './template.ts'
import { ownFields } from './template.ts'

/** What all certificates of one call have in common. */
export interface CertificateTerms {
  readonly template: string
  /** The template's own when left out. */
  readonly title?: string | undefined
  readonly issuer?: string | undefined
  /** `2026-11-22`; the day of acceptance when left out. */
  readonly date?: string | undefined
  readonly subject?: string | undefined
  /** `deliver` when left out. */
  readonly purpose?: string | undefined
  readonly from?: string | undefined
  readonly replyTo?: string | undefined
}

export interface CertificateHolder {
  readonly email: string
  readonly name: string | null
  readonly data: Readonly<Record<string, string>>
}

export interface RequestNeeds {
  readonly book: PolicyBook
  readonly ring: KeyRing
  readonly publicUrl: string
}

/** A checked request with its plan, before anybody tried to draw it. */
export interface CertificateRequest {
  readonly request: SendRequest
  readonly plan: CertificatePlan
}

// What the code has to carry: more, and its squares become too small for a sheet of paper.
const longestFacts = 240

/** Throws a coded fault for what is wrong with the terms or the holder; names fields, never values. */
export function readRequest(
  { book, ring, publicUrl }: RequestNeeds,
  template: CertificateTemplate,
  terms: CertificateTerms,
  holder: CertificateHolder,
  id: Id,
  acceptedAt: number,
): CertificateRequest {
  const purpose = sendingPurpose(book.inForce, terms.purpose ?? 'deliver')
  checkSenders(terms.from, terms.replyTo)
  const name = holder.name?.trim() || nameMissing()
  const given = Object.entries(holder.data).filter(([, value]) => value.trim() !== '')
  // What every certificate has, a caller's column cannot take the place of.
  const data = Object.fromEntries(given.filter(([field]) => !ownFields.some((own) => own === field)))
  const facts = factsOf(template, terms, data, acceptedAt)
  const plan: CertificatePlan = { id: certificateId(ring, id), template: template.digest, ...facts }

  const content: Content = { ...mailOf(template.text, terms.subject ?? null), attachments: [], certificate: plan }
  const shown = shownFacts(plan, `${publicUrl}/v/`)
  const recipient = readRecipient({ ...holder, name, data: { ...data, ...shown } }, readContent(content, purpose))
  const missing = template.merge.filter((field) => valueIn(data, null, field) === null)
  if (missing.length > 0) throw fieldMissing(missing)
  const used = [...Object.keys(recipient.merge).filter((field) => !Object.hasOwn(shown, field)), ...template.merge]
  const merge = Object.fromEntries(used.map((field) => [field, data[field]!]))
  refuseCards([name, facts.title, facts.issuer, ...Object.values(merge)])
  const sender = { from: terms.from ?? null, replyTo: terms.replyTo ?? null }
  const request: SendRequest = {
    ...{ id, purpose: purpose.name, campaign: null, ...sender, content, consents: [], acceptedAt },
    ...{ to: recipient.to, name, merge },
  }
  return { request, plan }
}

/** What the mail may show of the certificate beside the values of its recipient. */
export const shownFacts = ({ id, title, issuer, date }: CertificatePlan, verifyUrl: string) => ({
  ...{ number: id, title, issuer, date: isoDay(date) },
  ...{ verify_url: verifyUrl, verify_host: new URL(verifyUrl).host },
})

function factsOf(
  { text }: CertificateTemplate,
  terms: CertificateTerms,
  data: Readonly<Record<string, string>>,
  now: number,
): { readonly title: string; readonly issuer: string; readonly date: Day } {
  const filled = (words: string | undefined): string => {
    const pieces = piecesOf(words ?? '')
    const missing = namesOf(pieces).filter((field) => valueIn(data, null, field) === null)
    if (missing.length > 0) throw fieldMissing(missing)
    return fill(pieces, (field) => valueIn(data, null, field) ?? '').trim()
  }
  const [title, issuer] = [filled(terms.title ?? text.title), filled(terms.issuer ?? text.issuer)]
  refuseInjection(title, issuer)
  if (title === '' || issuer === '') {
    throw new Fault(
      'certificate_facts_missing',
      'A certificate needs a title and an issuer.',
      'Give `title` and `issuer`, or write them into the template.',
    )
  }
  if (Buffer.byteLength(title + issuer) > longestFacts) {
    throw new Fault(
      'certificate_facts_too_long',
      `Title and issuer together are longer than ${longestFacts} bytes.`,
      'Shorten them: they have to go into a code that can be printed.',
    )
  }
  return { title, issuer, date: terms.date === undefined ? dayOf(now) : dayIn(terms.date) }
}

function dayIn(text: string): Day {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? dayOf(Date.parse(`${text}T00:00:00Z`)) : Number.NaN
  // A token's day has two bytes: 1970 to 2149.
  if (day >= 0 && day <= 0xffff && isoDay(day) === text) return day
  throw new Fault('certificate_date_invalid', 'The date is no day from 1970 to 2149.', 'Write it as 2026-11-22.')
}

function nameMissing(): never {
  throw new Fault('name_missing', 'A certificate needs the name of its holder.', 'Give `name` for each recipient.')
}

const fieldMissing = (fields: readonly string[]): Fault =>
  new FieldsMissing(fields, 'Give each field that the template names a value, or take the field out of it.')
