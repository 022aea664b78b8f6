import { Fault, isFault, newId, parseAddress } from '../../../base/index.ts'
import { askRight, type SubjectRequest, type SubjectVerb } from '../../../upkeep/index.ts'
import type { Markup } from '../layout.ts'
import type { Reader } from '../reader.ts'
import { fill } from '../words/index.ts'
import { answerPage, type Done } from './answer-page.ts'
import { dataFile, receiptFile } from './files.ts'
import { overviewPage } from './overview-page.ts'
import type { MeParts, Session } from './parts.ts'
import { choicesOf, purposeName } from './purposes.ts'

/** One press: who pressed, with what, in which language. */
export interface Press {
  readonly reader: Reader
  readonly session: Session
  readonly field: (name: string) => string
}

type Deed = (parts: MeParts, press: Press) => Promise<Markup>

/** What the buttons of the page do, each through the verb that API and command line call as well. */
export const deeds: ReadonlyMap<string, Deed> = new Map<string, Deed>([
  ['open', open],
  ['name', (parts, press) => ask(parts, press, 'rectify', { name: press.field('name') })],
  ['address', newAddress],
  ['object', (parts, press) => ask(parts, press, 'object', { purpose: press.field('purpose') })],
  ['grant', (parts, press) => decide(parts, press, 'grant')],
  ['withdraw', (parts, press) => decide(parts, press, 'withdraw')],
  ['restrict', (parts, press) => ask(parts, press, 'restrict')],
  ['unrestrict', (parts, press) => ask(parts, press, 'unrestrict')],
  ['concern', concern],
  ['erase', (parts, press) => ask(parts, press, 'erase')],
])

export interface Performed {
  readonly page: Markup
  /** False where it is ours to mend: whoever pressed may press again. */
  readonly done: boolean
}

/** A fault of what was typed is told; so is one of ours, by a code alone. The way back stays in both. */
export async function perform(deed: Deed, parts: MeParts, press: Press): Promise<Performed> {
  try {
    return { page: await deed(parts, press), done: true }
  } catch (cause) {
    const typed = isFault(cause) && !/^(?:store|queue|keys?|seal|epoch)_/.test(cause.code)
    if (!typed) parts.log?.error('right_not_done', { code: isFault(cause) ? cause.code : 'defect' })
    return { page: told(parts, press, { kind: 'fault', code: typed ? cause.code : 'not_durable' }), done: typed }
  }
}

const told = ({ book }: MeParts, { reader, session }: Press, done: Done, goesOn = true): Markup =>
  answerPage(reader, book.inForce.controller.name, done, goesOn && session.token ? session : null)

async function open(parts: MeParts, { reader, session }: Press): Promise<Markup> {
  const { rights, ledger } = parts.own
  const { address, expiresAt } = session
  const { receipt, data } = await rights.export(address)
  const [standing] = await ledger.standings([address])
  const file = newId()
  await ledger.addMailedLink({ id: file, kind: 'file', handle: null, address, nextAddress: null, expiresAt }, 0)
  const files = { data: dataFile(parts, file, receipt.case), receipt: receiptFile(parts, receipt.case, expiresAt) }
  const policy = parts.book.inForce
  const choices = choicesOf(policy, standing!)
  const overview = { policy, held: data.held, receipt, choices, restricted: standing!.restricted, files }
  return overviewPage(reader, overview, session)
}

async function ask(parts: MeParts, press: Press, verb: SubjectVerb, more: Partial<SubjectRequest> = {}) {
  const { address, expiresAt } = press.session
  const { outcome, receipt, status } = await askRight(parts.own.rights, verb, { email: address.text, ...more })
  if (status === 'residue') parts.own.rights.finishErasuresSoon()
  const file = receiptFile(parts, receipt.case, expiresAt)
  const heading = outcome === 'nothing_held' ? outcome : verb
  // Behind an erasure there is nobody to go on for.
  return told(parts, press, { kind: 'receipt', outcome: heading, receipt, file }, verb !== 'erase')
}

/** Nothing changes yet: the new address is somebody's only once they answer there. */
async function newAddress(parts: MeParts, press: Press): Promise<Markup> {
  const next = parseAddress(press.field('email').trim())
  if (!next) throw new Fault('address_invalid', 'This is not an email address.', 'Give one of the form local@domain.')
  const { address } = press.session
  const mailed = await parts.own.mail.confirm(address, next, press.reader.language)
  return told(parts, press, { kind: 'mailed', recent: mailed === 'recent' })
}

async function decide(parts: MeParts, press: Press, what: 'grant' | 'withdraw'): Promise<Markup> {
  const { reader, session, field } = press
  const purpose = field('purpose')
  const [standing] = await parts.own.ledger.standings([session.address])
  const choice = choicesOf(parts.book.inForce, standing!).find((each) => each.purpose.name === purpose)
  if (!(what === 'grant' ? choice?.mayGrant : choice?.mayWithdraw)) {
    throw new Fault(
      'choice_unknown',
      'The policy or what was said before leaves no such choice.',
      'Open the page anew.',
    )
  }
  const at = parts.clock.now()
  const { wording, withdraw } = reader.words.purposes
  const words = what === 'grant' ? fill(wording, { purpose: purposeName(reader, purpose) }) : withdraw
  const state = what === 'grant' ? 'granted' : 'withdrawn'
  const said = { purpose, state, at: new Date(at).toISOString(), source: 'recipient-page', wording: words } as const
  const id = await parts.own.record(session.address, said)
  return told(parts, press, { kind: 'record', outcome: what, id: id ?? '', at })
}

async function concern(parts: MeParts, press: Press): Promise<Markup> {
  const about = press.field('about').replace(/\r\n/g, '\n').trim().slice(0, 4000)
  if (!about) throw new Fault('field_missing', 'There is nothing in it.', 'Write what it is about.')
  const { case: id, dueAt } = await parts.own.rights.cases.concern(press.session.address, about)
  return told(parts, press, { kind: 'case', id, dueAt })
}
