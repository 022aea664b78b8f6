import { stringify } from 'yaml'
import { startLethe } from '../../journeys/lethe.ts'
import { must, Unproved } from '../row.ts'
import type { Document, Stage } from '../stage/stage.ts'
import { granted } from './refused.ts'

/** Lethe under these settings must not start, and say why with `words`. */
export async function refusesToStart(
  stage: Stage,
  more: Readonly<Record<string, string>>,
  words: string,
): Promise<string> {
  const env = await stage.swift(more)
  const said = await startLethe(env, { root: stage.root }).then(
    async (lethe) => {
      await lethe.stop('SIGKILL')
      return null
    },
    (error: unknown) => String(error),
  )
  const set = Object.keys(more).join(', ')
  if (said === null) throw new Unproved(`Lethe started although ${set} should have kept it from it`)
  must(said.includes(words), `Lethe did not start, but for another reason than ${words}: ${said.slice(-160)}`)
  return `with ${set} as it may not be, up refuses to start (${words})`
}

const fillings: readonly (readonly [slot: RegExp, value: unknown])[] = [
  [/^effective$/, '2026-01-01'],
  [/^controller\.name$/, 'Conformance Ltd'],
  [/^controller\.contact$/, 'privacy@conformance.example'],
  [/^controller\.address$/, '1 Test Street'],
  [/\.by$/, 'J. Doe, head of operations'],
  [/\.until$/, '2099-12-31'],
]

/** What a deployment writes: a file that extends the shipped policy and fills its slots; mail goes to `hosts` alone. */
export async function deployment(stage: Stage, hosts: readonly string[]): Promise<Document> {
  const { policy } = await stage.check(stage.document())
  must(policy, `${stage.policy} does not compile`)
  const document: Document = { extends: stage.policy }
  const processors = hosts.length > 0 ? [relay(hosts)] : []
  for (const slot of policy.unfilled) {
    const value = slot === 'processors' ? processors : fillings.find(([pattern]) => pattern.test(slot))?.[1]
    must(value !== undefined, `no one knows how to fill the slot ${slot}`)
    granted(document, [slot, value])
  }
  const { faults } = await stage.check(document)
  must(faults.length === 0, `a deployment's own file has faults: ${stringify(faults).slice(0, 200)}`)
  return document
}

export const relay = (hosts: readonly string[]): Document => ({
  ...{ name: 'Relay', hosts: [...hosts], country: 'DE', does: 'hands the mail over' },
  ...{ essential: true, agreement: 'the contract of 2026-01-01' },
})
