import { dayMillis } from '../base/index.ts'
import type { Policy } from '../policy/index.ts'
import type { Config } from './config.ts'
import type { WaitingPolicy } from './policy-change.ts'

/** The first screen: where it listens, what is in force, where mail goes. No secret is on it. */
export function banner(config: Config, policy: Policy, waiting: WaitingPolicy | null): string {
  const servers = config.waysOut.flatMap(({ host, url }) => (host === null ? [] : new URL(url).host))
  const mail = servers.length > 0 ? `handed to ${servers.join(', ')}` : 'kept in the built-in mailbox: GET /v1/mailbox'
  const key = config.apiKey === null ? `in ${config.data}/api-key` : 'from LETHE_API_KEY'
  const clock = config.clock.shift === 0 ? [] : [['clock', `moved by ${config.clock.shift / dayMillis} days`] as const]
  const waits = waiting
    ? [
        [
          '',
          `${waiting.policy.name} allows more, and waits ${waiting.from ? `until ${waiting.from}` : 'for its notice'}`,
        ] as const,
      ]
    : []
  const rows = [
    ['public side', config.publicUrl.origin],
    ['private API', `http://${config.api.host}:${config.api.port}, bearer key ${key}`],
    ['policy', `${policy.name}, digest ${policy.digest.slice(0, 12)}`],
    ...waits,
    ['mail', mail],
    ['roles', [...config.roles].join(', ')],
    ...clock,
  ] as const
  const slots =
    policy.unfilled.length > 0
      ? `\n  The policy has open slots (${policy.unfilled.join(', ')}): fine on loopback.\n`
      : ''
  const lines = rows.map(([name, value]) => `  ${name.padEnd(12)} ${value}\n`).join('')
  return `\n  Lethe ${config.version} is up.\n\n${lines}${slots}\n  Stop it with Ctrl-C.\n\n`
}
