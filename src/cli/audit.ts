import { readFileSync } from 'node:fs'
import { dayMillis, Fault } from '../base/index.ts'
import { type AuditVerdict, processConfig, type SignedAudit } from '../main/index.ts'
import { type Command, optional, type Terminal } from './command.ts'
import { besideOrAlone } from './house.ts'
import { table } from './table.ts'

const exitCodes: Readonly<Record<SignedAudit['result'], number>> = { proved: 0, violated: 1, unproven: 3 }

export const audit: Command = {
  name: 'audit',
  summary:
    'Prove the promises on the live stores, reading only: exit 0 proved, 1 violated, 3 something unproven. What is attested rests on somebody’s word until its day, and counts as proved.',
  options: [
    {
      flag: 'canary',
      about: 'first send, open, follow, withdraw, erase and search for one mail to nobody, in no figure',
    },
    { flag: 'verify', value: 'FILE', about: 'check the signature of a report that --json printed' },
  ],
  async run({ options, terminal }) {
    const file = optional(options, 'verify')
    if (file !== undefined) return verify(file, options.json === true, terminal)
    const canary = options.canary === true
    const report = await besideOrAlone(
      async (client) =>
        (await (canary ? client.call('POST', '/v1/audit/canary') : client.call('GET', '/v1/audit'))) as SignedAudit,
      (overseer) => overseer.audit(canary ? [grounded] : []),
      processConfig(),
      { noted: false, restored: true },
    )
    terminal.out(options.json ? `${JSON.stringify(report)}\n` : page(report))
    return exitCodes[report.result]
  },
}

/** It would have to send whatever mail waits here, to send its own. */
const grounded = {
  check: 'canary: goes all the way',
  result: 'unproven',
  detail: 'no Lethe runs here: start lethe up and ask again',
} as const

function page(report: SignedAudit): string {
  const rows = report.findings.map(({ result, check, detail }) => [result, check, detail] as const)
  const shift = report.clockShift === 0 ? '' : `, with the clock moved by ${report.clockShift / dayMillis} days`
  const counts = (['proved', 'attested', 'violated', 'unproven'] as const)
    .map((result) => [report.findings.filter((each) => each.result === result).length, result] as const)
    .filter(([count, result]) => count > 0 || result !== 'attested')
    .map(([count, result]) => `${count} ${result}`)
    .join(', ')
  const head = `Audit at ${report.at}${shift}, policy ${report.policy.name} (${report.policy.digest.slice(0, 12)})`
  const foot = `${counts}. Signed with key ${report.key}; --json prints what --verify checks.`
  return `${head}\n\n${table(['result', 'promise', 'evidence'], rows)}\n${foot}\n`
}

const meanings: Readonly<Record<AuditVerdict, string>> = {
  genuine: 'It was made by this deployment, and no byte of it was changed.',
  changed: 'It was changed after it was signed, or signed by somebody else.',
  unknown_key: 'No key of this deployment signed it.',
  revoked_key: 'It was signed with a key that has been revoked since: whoever stole that could have made it.',
  unsigned: 'It is no signed audit.',
}

async function verify(file: string, json: boolean, terminal: Terminal): Promise<number> {
  const document = documentOf(file)
  const { verdict } = await besideOrAlone(
    async (client) => (await client.call('POST', '/v1/audit/verify', document)) as { verdict: AuditVerdict },
    async (overseer) => ({ verdict: overseer.verifyAudit(document) }),
    processConfig(),
    { noted: false, restored: true },
  )
  terminal.out(json ? `${JSON.stringify({ verdict })}\n` : `${verdict}: ${meanings[verdict]}\n`)
  return verdict === 'genuine' ? 0 : 1
}

function documentOf(file: string): object {
  try {
    const document: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document
  } catch {
    // Said below: a file that is not there and one that is no JSON have the same way out.
  }
  const next = 'Give the file that lethe audit --json was written to.'
  throw new Fault('audit_unreadable', 'The file cannot be read as a signed audit.', next)
}
