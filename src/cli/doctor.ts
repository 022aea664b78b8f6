import {
  askOutside,
  type DoctorFinding,
  examine,
  finding,
  processConfig,
  processDoubts,
  readDkimKeys,
} from '../main/index.ts'
import type { Command } from './command.ts'
import { table } from './table.ts'

export const doctor: Command = {
  name: 'doctor',
  summary:
    'Look at what receivers of your mail look at: SPF, DKIM, DMARC, PTR, MX, HTTPS, link host, logs. Exit 0 fine, 1 something fails, 3 something could not be asked.',
  options: [],
  async run({ options, terminal }) {
    const config = processConfig()
    const settings = { ...config, returnPath: config.feedback.returnPath }
    const doubts = processDoubts().map(({ message, next }) => finding('settings', 'warn', message, next))
    const findings = [...(await examine(settings, readDkimKeys(config.dkim), askOutside)), ...doubts]
    terminal.out(options.json ? `${JSON.stringify({ findings })}\n` : page(findings))
    if (findings.some(({ state }) => state === 'fail')) return 1
    return findings.some(({ state }) => state === 'unknown') ? 3 : 0
  },
}

function page(findings: readonly DoctorFinding[]): string {
  const rows = findings.map(({ state, check, detail }) => [state, check, detail] as const)
  const steps = findings.flatMap(({ check, next }) => (next ? [`  ${check}: ${next}\n`] : []))
  const next = steps.length > 0 ? `\nNext\n${steps.join('')}` : ''
  return `${table(['state', 'what', 'found'], rows)}${next}`
}
