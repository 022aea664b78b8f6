import { Fault } from '../base/index.ts'
import type { Answered, SubjectAnswer, SubjectRequest, SubjectVerb } from '../main/index.ts'
import { askRight, subjectVerbs } from '../main/index.ts'
import { type Command, type Options, optional, required, type Terminal, usage } from './command.ts'
import { besideOrAlone } from './house.ts'
import { table } from './table.ts'

const summaries: Readonly<Record<SubjectVerb, string>> = {
  export: 'Everything held about a person, as JSON.',
  erase: 'Erase a person: rows, keys, and then the residue. There is no way back.',
  rectify: 'Correct name or address: further lines on standard input, name=… and newEmail=….',
  restrict: 'Keep what is held about a person and use it for nothing.',
  unrestrict: 'Lift a restriction.',
  object: 'Stop one purpose for a person; the others go on.',
  minor: "A child: erase, and never write again, unless a parent's consent is on record.",
  import: 'Bring back what an export holds; after the address, standard input has the export itself.',
  disclose: 'Hand what an authority may have of a person, for a reason that is logged.',
  fingerprints: 'What an auditor searches the disks for, before an erasure and after it.',
}

const given: Readonly<Partial<Record<SubjectVerb, Command['options']>>> = {
  disclose: [
    { flag: 'to', value: 'CLASS', about: 'a class of recipients that the policy names, such as authorities' },
    { flag: 'reason', value: 'WHY', about: 'plain words for the audit log, without names, addresses, dots or colons' },
    {
      flag: 'only',
      value: 'C,C',
      about: 'some of contact,delivery,behaviour,consent; all that the class may have when left out',
    },
  ],
  object: [{ flag: 'purpose', value: 'P', about: 'the purpose that stops' }],
  minor: [
    { flag: 'consent-at', value: 'T', about: 'when a parent consented, where the policy knows that exception' },
    { flag: 'consent-source', value: 'S', about: 'where that is on record' },
    { flag: 'consent-wording', value: 'W', about: 'what the parent read' },
  ],
}

/** One command a right. The address comes on standard input: the list of processes is open to everybody on a machine. */
export const subject: readonly Command[] = subjectVerbs.map((verb) => ({
  name: `subject ${verb}`,
  summary: `${summaries[verb]} The address is read from standard input.`,
  options: given[verb] ?? [],
  async run({ options, terminal }) {
    const request = requestOf(verb, await linesOf(terminal), options)
    const answer = await besideOrAlone<SubjectAnswer>(
      async (client) => (await client.call('POST', `/v1/subjects/${verb}`, request)) as SubjectAnswer,
      async ({ rights }) => {
        const answered = await askRight(rights, verb, request)
        // Nobody else would: this process is the only one on the stores.
        await rights.finishErasures()
        return answered
      },
    )
    terminal.out(options.json ? `${JSON.stringify(answer)}\n` : page(answer))
    return 0
  },
}))

function requestOf(verb: SubjectVerb, [email, ...more]: readonly string[], options: Options): SubjectRequest {
  const name = `subject ${verb}`
  if (!email) throw usage('There is no address on standard input.', name)
  if (verb === 'import') return { email, data: exportOf(more.join('\n'), name) }
  const pairs = more.map((line) => /^(name|newEmail)=(.*)$/.exec(line) ?? unreadable(name))
  const corrected = Object.fromEntries(pairs.map(([, field, value]) => [field, value]))
  if (verb === 'disclose') {
    const only = optional(options, 'only')
    const categories = only === undefined ? {} : { categories: only.split(',').map((word) => word.trim()) }
    return { email, to: required(options, 'to', name), reason: required(options, 'reason', name), ...categories }
  }
  const purpose = optional(options, 'purpose')
  if (verb === 'object' && purpose === undefined) throw usage('--purpose is needed.', name)
  const evidence = ['consent-at', 'consent-source', 'consent-wording'].map((flag) => optional(options, flag))
  const [at = '', source = '', wording = ''] = evidence
  return {
    email,
    ...(verb === 'rectify' ? corrected : {}),
    ...(purpose === undefined ? {} : { purpose }),
    // A part of it is no record: the right refuses it, where leaving it out would erase.
    ...(evidence.every((each) => each === undefined) ? {} : { parentalConsent: { at, source, wording } }),
  }
}

/** The export as `subject export` prints it, or the whole answer of the API around it. */
function exportOf(text: string, name: string): unknown {
  if (text === '') throw usage('There is no export behind the address on standard input.', name)
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null && 'data' in read ? read.data : read
  } catch {
    // The parser's message quotes the text, so it is no cause to keep.
    throw new Fault(
      'export_malformed',
      'This is no export: it is not JSON.',
      'Hand in the file that subject export wrote.',
    )
  }
}

function unreadable(name: string): never {
  throw usage('A line after the address is neither name=… nor newEmail=….', name)
}

async function linesOf({ input }: Terminal): Promise<readonly string[]> {
  let text = ''
  for await (const part of input) text += typeof part === 'string' ? part : Buffer.from(part).toString('utf8')
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)
}

function page(answer: SubjectAnswer): string {
  if ('data' in answer) return `${JSON.stringify(answer.data, null, 2)}\n`
  if ('fingerprints' in answer) return answer.fingerprints.map((each) => `${each}\n`).join('')
  const { case: id, outcome, status, receipt }: Answered = answer
  const lines = table(
    ['at', 'what'],
    receipt.lines.map(({ at, says, count }) => [at, count === undefined ? says : `${says} (${count})`] as const),
  )
  const left = receipt.remains.map(({ says, until }) => [until ?? '', says] as const)
  const remains = left.length > 0 ? `\nWhat remains elsewhere:\n\n${table(['until', 'what'], left)}` : ''
  const rest = status === 'residue' ? ' (rows and keys are gone; the residue goes within a minute)' : ''
  return `Case ${id}: ${outcome}, ${status}${rest}.\n\n${lines}${remains}\nSigned ${receipt.signature.slice(0, 16)} by ${receipt.key}.\n`
}
