import { equal, must } from '../row.ts'
import type { Stage } from '../stage/stage.ts'
import { granted, grantRefused } from './refused.ts'

/** Using a service is no consent: a warning, and an error for whoever is to stay within the ceiling. */
export async function useIsNoConsent(stage: Stage, id: string): Promise<string> {
  const alone = await stage.check(stage.document())
  must(alone.policy, `${stage.policy} does not compile`)
  const said = alone.warnings.find(({ code, sentence }) => code === 'consent_by_use' && sentence.includes(id))
  must(said, `policy check does not warn that ${id} takes use for consent`)
  const within = await stage.check({ ...stage.document(), within: 'eu-email-2026' })
  const error = within.faults.find(({ code, path }) => code === 'ceiling_exceeded' && path.startsWith('statements'))
  must(
    within.policy === null && error,
    `within eu-email-2026 it is no error: ${within.faults.map(({ code }) => code).join(', ')}`,
  )
  return `policy check warns (line ${said.line}); within eu-email-2026 it is an error (line ${error.line})`
}

/** A class of recipients whose condition nobody met gets nothing; two classes can never be met. */
export async function classesDenied(stage: Stage): Promise<string> {
  const { policy, warnings } = await stage.check(stage.document())
  must(policy, `${stage.policy} does not compile`)
  const reserved = warnings.filter(({ code, path }) => code === 'refused' && path.startsWith('disclosure'))
  equal(reserved.length, 2, 'classes that are refused for good (partners, anyone)')
  await grantRefused(stage, ['disclosure', [{ to: 'affiliates', met_by: 'nobody' }]], 'attestation_unknown')
  const { out } = await stage.run(['policy', 'explain', stage.policy])
  const text = out.replace(/\s+/g, ' ')
  for (const who of ['business partners', 'companies of our group', 'somebody who takes over']) {
    const sentence = text.split(/(?<=\.) /).find((each) => each.toLowerCase().includes(who)) ?? ''
    must(
      /nothing|denied|not (?:met|to)|never|refused|no way|nobody/i.test(sentence),
      `explain does not deny ${who}: ${sentence.slice(0, 120)}`,
    )
  }
  return 'partners and anyone are refused for good; affiliates and a successor get nothing while no attestation meets their condition; one that nobody gave is a fault'
}

/** A processor that is not vetted is none. */
export async function vetted(stage: Stage): Promise<string> {
  const processor = { name: 'Relay', hosts: ['smtp.relay.example'], country: 'DE', does: 'sends', essential: true }
  const agreement = await grantRefused(stage, ['processors', [processor]], 'agreement_missing')
  const { country: _country, ...nowhere } = { ...processor, agreement: 'a contract' }
  await grantRefused(stage, ['processors', [nowhere]], 'key_missing')
  const inessential = granted(stage.document(), ['processors', [{ ...processor, agreement: 'c', essential: false }]])
  const { warnings } = await stage.check(inessential)
  must(
    warnings.some(({ code }) => code === 'processor_inessential'),
    'a processor that is not essential goes unnoticed',
  )
  return `${agreement} without its agreement; without its country it is a fault, and one that is not essential a warning`
}

/** Statements of one text that cannot both hold: both are kept and named, the narrower is in force. */
export async function contradictionNamed(stage: Stage, id: string, base = stage.policy): Promise<string> {
  const { warnings } = await stage.check(stage.document(base))
  const said = warnings.find(({ code, sentence }) => code === 'contradiction' && sentence.includes(id))
  must(said, `policy check does not name the contradiction of ${id}`)
  const quoted = said.sentence.match(/"[^"]+"/g) ?? []
  equal(quoted.length, 2, `clauses that the contradiction of ${id} names`)
  const { out } = await stage.run(['policy', 'explain', base])
  const text = out.replace(/\s+/g, ' ')
  for (const clause of quoted) must(text.includes(clause.slice(1, -1)), `explain does not show ${clause.slice(0, 60)}`)
  return `policy check and explain name both clauses of ${id} (line ${said.line}) and which is in force`
}

/** An overlay may only narrow. */
export async function overlayNarrows(stage: Stage): Promise<string> {
  const widenings: readonly (readonly [path: string, value: unknown])[] = [
    ['keep.messages.recipient', 'P45D'],
    ['logs.keep', 'P30D'],
    ['rights.answer', 'P60D'],
    ['tallies.k', 3],
  ]
  for (const [path, value] of widenings) {
    const overlay = granted({ extends: stage.policy }, [path, value])
    const { policy, faults } = await stage.check(overlay)
    must(policy === null, `an overlay that widens ${path} compiles`)
    must(
      faults.some((each) => /wid/.test(each.code) && each.line > 0),
      `${path}: ${faults.map(({ code }) => code).join(', ')}`,
    )
  }
  const narrower = await stage.check(granted({ extends: stage.policy }, ['logs.keep', 'P3D']))
  must(narrower.policy, `an overlay that narrows does not compile: ${narrower.faults[0]?.sentence}`)
  return `overlays that widen (${widenings.map(([path]) => path).join(', ')}) are refused with their line; one that narrows compiles`
}

/** What no published text says and the compiler demands all the same. */
export async function demanded(stage: Stage): Promise<string> {
  const left: readonly (readonly [path: string, code: string])[] = [
    ['collect.open.retention', 'retention_missing'],
    ['keep.messages.delivery', 'key_missing'],
    ['purposes.campaign.basis', 'basis_missing'],
    ['rights.answer', 'deadline_missing'],
  ]
  const lines: string[] = []
  for (const [path, code] of left) {
    const { policy, faults } = await stage.check(granted(stage.document(), [path, undefined]))
    const fault = faults.find((each) => each.code === code)
    must(
      policy === null && fault && fault.line > 1,
      `without ${path}: ${faults.map((each) => `${each.code}:${each.line}`).join(', ')}`,
    )
    lines.push(`${path} ${code} line ${fault.line}`)
  }
  return `left out, each is a fault with its line: ${lines.join(', ')}`
}
