import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId, parseAddress } from '../../src/base/index.ts'
import type { Policy, Processor } from '../../src/policy/policy.ts'
import { type HouseFacts, houseChecks } from '../../src/upkeep/audit/house.ts'
import { openScene, type Scene } from '../sending/scene.ts'

const hour = 3_600_000
const day = 24 * hour
let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const quiet: HouseFacts = {
  foreignKinds: () => [],
  instrumentFaults: () => [],
  ...{ hosts: [], trustedProxies: 0, upkeepSince: null, publishedDigest: null },
  ...{ peers: () => [], addressesOf: async () => [], keysBesideData: false },
}
const ask = async (check: string, facts: Partial<HouseFacts> = {}, policy: Partial<Policy> = {}, later = 0) => {
  const { ledger, book, clock } = scene
  const audited = { ledger, policy: { ...book.inForce, ...policy }, house: { ...quiet, ...facts } }
  return (await houseChecks[check]!({ ...audited, now: clock.now() + later })).result
}
const attested = (until: string) => ({
  attestations: [{ id: 'training', measure: 'staff are trained', by: 'J. Doe', until, kind: 'measure' as const }],
})
const vouched = (id: string, until: string) => ({
  id,
  measure: 'kept well',
  by: 'J. Doe',
  until,
  kind: 'reach' as const,
})
const relay: Processor = {
  ...{ name: 'Relay', hosts: ['relay.example'], country: 'DE', essential: true },
  ...{ agreement: 'of 2026', purpose: 'hands mail over' },
}

describe('the audit of the house', () => {
  it('vouches for no copy and no export that somebody left in the data folder', async () => {
    const check = 'the data folder holds nothing but what is ours'
    expect(await ask(check)).toBe('proved')
    expect(await ask(check, { foreignKinds: () => ['bak', 'csv'] })).toBe('unproven')
  })

  it('finds an upkeep that stopped purging, and does not guess about one that it cannot see', async () => {
    const { ledger, clock } = scene
    expect(await ask('upkeep runs')).toBe('unproven')
    expect(await ask('upkeep runs', { upkeepSince: clock.now() })).toBe('proved')
    await ledger.purge(clock.now(), { chunk: 100, dryRun: true })
    expect(await ledger.purgedAt()).toBeNull()
    await ledger.purge(clock.now(), { chunk: 100, dryRun: false })
    expect(await ask('upkeep runs')).toBe('proved')
    expect(await ask('upkeep runs', { upkeepSince: clock.now() }, {}, 2 * hour)).toBe('violated')
    expect(await ask('upkeep runs', {}, {}, 2 * hour)).toBe('unproven')
  })

  it('finds a notice that is not the policy in force', async () => {
    const check = 'the notice that people see is the policy in force'
    expect(await ask(check, { publishedDigest: async () => scene.book.inForce.digest })).toBe('proved')
    expect(await ask(check, { publishedDigest: async () => 'abc' })).toBe('violated')
  })

  it('finds an attestation that is over, and names one that nobody has given', async () => {
    const check = 'what is vouched for is vouched for today'
    expect(await ask(check, {}, { attestations: [] })).toBe('proved')
    expect(await ask(check, {}, attested('2099-01-01'))).toBe('attested')
    expect(await ask(check, {}, attested('2020-01-01'))).toBe('violated')
    expect(await ask(check, {}, attested('1970-01-01'))).toBe('unproven')
  })

  it('finds mail to an undeclared host, and leaves a server of unknown ownership unproven', async () => {
    const check = 'nothing is handed to an undeclared host'
    const mail = (host: string) => ({ hosts: [{ use: 'mail' as const, host }] })
    expect(await ask(check, mail('Relay.example'), { processors: [relay] })).toBe('proved')
    expect(await ask(check, mail('other.example'), { processors: [relay] })).toBe('violated')
    expect(await ask(check, { hosts: [{ use: 'queue', host: 'redis.example' }] })).toBe('unproven')
  })

  it('cannot prove anything about the logs of a trusted proxy', async () => {
    const check = 'no proxy in front keeps what Lethe does not'
    expect([await ask(check), await ask(check, { trustedProxies: 1 })]).toEqual(['proved', 'unproven'])
    const word = { attestations: [vouched('proxy-logs', '2099-01-01')] }
    expect(await ask(check, { trustedProxies: 1 }, word)).toBe('attested')
    expect(await ask(check, { trustedProxies: 1 }, { attestations: [vouched('store', '2099-01-01')] })).toBe('unproven')
  })

  it('cannot read the files of a store elsewhere, unless somebody vouches for exactly that, and today', async () => {
    const check = 'bytes at rest are within reach'
    const hosts = [{ use: 'store' as const, host: 'db.example' }]
    const words = (until: string) => ({ attestations: [vouched('store', until)] })
    expect([await ask(check), await ask(check, { hosts })]).toEqual(['proved', 'unproven'])
    expect(await ask(check, { hosts }, words('2099-01-01'))).toBe('attested')
    expect(await ask(check, { hosts }, words('2020-01-01'))).toBe('unproven')
    const both = [...hosts, { use: 'queue' as const, host: 'redis.example' }]
    expect(await ask(check, { hosts: both }, words('2099-01-01'))).toBe('unproven')
  })

  it('finds a socket to nobody who was declared, and takes one that came in for what it is', async () => {
    const check = 'nothing is connected to an undeclared host'
    const peers = (address: string, inbound = false) => ({
      peers: () => [{ address, port: 443, inbound }],
      addressesOf: async (host: string) => (host === 'relay.example' ? ['192.0.2.10'] : []),
    })
    const declared = { processors: [relay] }
    expect(await ask(check)).toBe('proved')
    expect(await ask(check, { peers: null })).toBe('unproven')
    expect(await ask(check, peers('192.0.2.10'), declared)).toBe('proved')
    expect(await ask(check, peers('203.0.113.77'), declared)).toBe('violated')
    expect(await ask(check, peers('203.0.113.77', true), declared)).toBe('proved')
    const nameless = { addressesOf: () => Promise.reject(new Error('no name service')) }
    expect(await ask(check, { ...peers('203.0.113.77'), ...nameless }, declared)).toBe('unproven')
  })

  it('says of keys beside the data that every backup takes them along', async () => {
    const check = 'keys lie apart from the data'
    expect([await ask(check), await ask(check, { keysBesideData: true })]).toEqual(['proved', 'unproven'])
  })

  it('finds a person who waits for an answer longer than the policy says', async () => {
    const check = 'people are answered in time'
    const openedAt = scene.clock.now()
    const facts = { id: newId(), right: 'concern', openedAt, dueAt: openedAt + 30 * day } as const
    await scene.ledger.openConcern(facts, parseAddress('mira@example.org')!, 'A question.')
    expect([await ask(check), await ask(check, {}, {}, 31 * day)]).toEqual(['proved', 'violated'])
  })

  it('puts the head of the audit log on every receipt, where a changed one does not verify', async () => {
    const answer = await scene.call('POST', '/v1/subjects/export', { email: 'mira@example.org' })
    expect(answer.status, answer.text).toBe(200)
    const log = answer.json.receipt.log as { sequence: number; hash: string }
    const { entries } = (await scene.call('GET', `/v1/audit-log?after=${log.sequence - 1}`)).json
    expect(entries[0]).toMatchObject({ sequence: log.sequence, action: 'right_export', object: answer.json.case })
    expect(log.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(scene.signer.verify(answer.json.receipt)).toBe(true)
    const cut = { ...answer.json.receipt, log: { ...log, sequence: log.sequence - 1 } }
    expect(scene.signer.verify(cut)).toBe(false)
  })
})
