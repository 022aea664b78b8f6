import { type Address, Fault, parseAddress } from '../../base/index.ts'
import { refuseCards } from '../../gate/index.ts'
import type { Answered } from './casebook.ts'
import type { Disclosed } from './disclose.ts'
import type { Exported } from './export.ts'
import type { Fingerprinted } from './fingerprints.ts'
import type { Rights } from './index.ts'
import type { ParentalConsent } from './minor.ts'

export const subjectVerbs = [
  ...([
    'export',
    'erase',
    'rectify',
    'restrict',
    'unrestrict',
    'object',
    'minor',
    'fingerprints',
    'import',
    'disclose',
  ] as const),
] as const

export type SubjectVerb = (typeof subjectVerbs)[number]

/** What is asked for, as the API and the command line bring it. */
export interface SubjectRequest {
  readonly email: string
  /** For `rectify`: what is right. */
  readonly name?: string | undefined
  readonly newEmail?: string | undefined
  /** For `object`. */
  readonly purpose?: string | undefined
  /** For `minor`. */
  readonly parentalConsent?: ParentalConsent | undefined
  /** For `import`: what `export` gave under `data`. */
  readonly data?: unknown
  /** For `disclose`. */
  readonly to?: string | undefined
  readonly reason?: string | undefined
  readonly categories?: readonly string[] | undefined
}

export type SubjectAnswer = Answered | Exported | Fingerprinted | Disclosed

type Verb = (rights: Rights, address: Address, request: SubjectRequest) => Promise<SubjectAnswer>

const verbs: Readonly<Record<SubjectVerb, Verb>> = {
  export: (rights, address) => rights.export(address),
  erase: (rights, address) => rights.erase(address),
  restrict: (rights, address) => rights.restrict(address),
  unrestrict: (rights, address) => rights.unrestrict(address),
  fingerprints: (rights, address) => rights.fingerprints(address),
  object: (rights, address, { purpose }) => rights.object(address, purpose ?? missing('purpose')),
  import: (rights, address, { data }) => rights.import.take(address, data),
  disclose: (rights, address, { to, reason, categories }) =>
    rights.disclose(address, { to: to ?? missing('to'), reason: reason ?? missing('reason'), categories }),
  minor: (rights, address, { parentalConsent }) => rights.minor(address, parentalConsent ?? null),
  rectify: (rights, address, { name, newEmail }) => {
    if (name === undefined && newEmail === undefined) missing('name or newEmail')
    return rights.rectify(address, {
      ...(name === undefined ? {} : { name: readCorrectedName(name) }),
      ...(newEmail === undefined ? {} : { address: readMailbox(newEmail) }),
    })
  },
}

/** The same for API and command line. Throws `header_injection`, `address_invalid`, `field_missing`, `card_number` and the verbs' own. */
export const askRight = async (rights: Rights, verb: SubjectVerb, request: SubjectRequest): Promise<SubjectAnswer> =>
  verbs[verb](rights, readMailbox(request.email), request)

/** Throws what an import of it would, before its case is opened. */
export const checkExport = (rights: Rights, { email, data }: SubjectRequest): void =>
  void rights.import.genuine(readMailbox(email), data)

// Line breaks and controls in a name or an address have no other use than to write a header of one's own (RFC 5322, 2.2).
const control = /\p{Cc}|[\u2028\u2029]/u

function readMailbox(text: string): Address {
  const address = parseAddress(readName(text))
  if (address) return address
  throw new Fault('address_invalid', 'This is not an email address.', 'Give one address of the form local@domain.')
}

function readName(text: string): string {
  if (control.test(text)) {
    const next = 'Take line breaks and control characters out of it.'
    throw new Fault('header_injection', 'A value would break out of its header.', next)
  }
  return text.trim() || missing('name')
}

// Here and not at the API: a correction on the command line comes by the same door (CO-1).
function readCorrectedName(text: string): string {
  const name = readName(text)
  refuseCards([name])
  return name
}

function missing(field: string): never {
  throw new Fault('field_missing', `The request needs ${field}.`, 'Compare it with GET /openapi.json.')
}
