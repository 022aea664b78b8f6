import { checkPolicy, type Policy, type PolicyFault } from '../../src/policy/index.ts'

/** A whole policy, one clause a line, so that a test can replace a line and know where its fault must be. */
export const lines: Readonly<Record<string, string>> = {
  policy: 'policy: test',
  effective: 'effective: 2027-01-01',
  controller: 'controller: { name: Example, contact: privacy@example.org, address: 1 Example Street }',
  processors: 'processors: []',
  purposes: 'purposes:',
  deliver: '  deliver: { means: to deliver what you asked for, basis: contract, consent: none, sends: true }',
  insight: '  insight: { means: to learn what is read, basis: consent, consent: opt-in, sends: false }',
  collect: 'collect:',
  open: '  open: { mode: individual, purpose: insight, fields: { at: hour }, retention: P30D, recording: P30D }',
  click: '  click: { mode: off }',
  tallies: 'tallies: { k: 5, retention: P1Y }',
  keep: 'keep: { messages: { delivery: P60D }, content: PT72H }',
  consent: 'consent: { tracking: separate, proof: P1Y }',
  rights: 'rights: { answer: P30D, links: P1Y }',
  logs: 'logs: { keep: P7D }',
  never: 'never: [ip_address]',
}

/** The policy with some lines replaced; an empty replacement leaves the line out. */
export const written = (changes: Readonly<Record<string, string>> = {}): string =>
  Object.entries({ ...lines, ...changes })
    .flatMap(([, line]) => (line ? [line] : []))
    .join('\n')

export const lineOf = (name: string): number => Object.keys(lines).indexOf(name) + 1

export function compiled(text: string): Policy {
  const { policy, faults } = checkPolicy(text)
  if (!policy) throw new Error(`not a policy: ${faults.map(({ code, path }) => `${code} at ${path}`).join(', ')}`)
  return policy
}

export const faultsOf = (changes: Readonly<Record<string, string>>): readonly PolicyFault[] =>
  checkPolicy(written(changes)).faults

export const codesOf = (changes: Readonly<Record<string, string>>): readonly string[] =>
  faultsOf(changes).map(({ code }) => code)
