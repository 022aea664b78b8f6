import { describe, expect, it } from 'vitest'
import { openHostile, seeded } from './hostile-server.ts'
import { openScene } from './scene.ts'

const relation = 'campaign_consent_at,campaign_consent_source,campaign_consent_wording'
const html = '<p>Hi</p><a href="{{unsubscribe_url}}">u</a><a href="{{rights_url}}">r</a>'
const people = 200

/** Everybody as one campaign of `purpose`, to the end, against a server that misbehaves for the first hours. */
async function run(purpose: 'campaign' | 'deliver', seed: number) {
  const server = await openHostile(seeded(seed), 0.12)
  const scene = await openScene({
    smtp: server.url,
    policy: 'mailerplex',
    patience: { connect: 2_000, silence: 3_000, mail: 10_000 },
  })
  try {
    const made = await scene.call('POST', '/v1/campaigns', { name: 'c', purpose, subject: 'Hello', html })
    const rows = Array.from({ length: people }, (_, at) => `r${at}@d${at % 9}.example,2026-01-05,order,customer`)
    await scene.call('POST', `/v1/campaigns/${made.json.id}/recipients`, [`email,${relation}`, ...rows].join('\n'))
    await scene.call('POST', `/v1/campaigns/${made.json.id}/start`)
    const counts = async () => (await scene.call('GET', `/v1/campaigns/${made.json.id}`)).json.counts
    const over = ({ queued, sent }: { queued: number; sent: number }) =>
      queued === 0 && (purpose === 'campaign' || sent === people)
    for (let round = 0; round < 60 && !over(await counts()); round++) {
      if (round === 25) server.behave()
      await scene.work()
      scene.clock.time += round < 25 ? 120_000 : 1_800_000
      await scene.ledger.recoverLeases(scene.clock.time, new Set(['deliver']))
    }
    const times = new Map<string, number>()
    for (const to of server.taken) times.set(to, (times.get(to) ?? 0) + 1)
    const twice = [...times.values()].filter((count) => count > 1).length
    return { counts: await counts(), took: times.size, twice, server, lines: scene.lines.join('') }
  } finally {
    await scene.close()
    await server.close()
  }
}

describe('a server that does whatever servers have been seen to do', () => {
  it.each([11, 12])(
    'loses no mail of a campaign, and gets none twice; nobody knows of some, and those are counted (seed %i)',
    async (seed) => {
      const { counts, took, twice, server, lines } = await run('campaign', seed)
      console.log(
        `figure  hostile server: ${server.seen.size} kinds of fault, sent ${counts.sent}, uncertain ${counts.uncertain}, failed ${counts.failed}, bounced ${counts.bounced}`,
      )
      expect(server.seen.size).toBeGreaterThan(15)
      expect(twice).toBe(0)
      expect(counts.queued).toBe(0)
      expect(counts.sent + counts.uncertain + counts.failed + counts.bounced).toBe(people)
      // Whoever was called sent has the mail; whoever has it and was not called sent is counted as uncertain.
      expect(took).toBeGreaterThanOrEqual(counts.sent)
      expect(took - counts.sent).toBeLessThanOrEqual(counts.uncertain)
      expect(counts.uncertain).toBeLessThanOrEqual(server.silent.length)
      expect(counts.bounced + counts.failed).toBe(0)
      expect(server.mostConnections).toBeLessThanOrEqual(40)
      expect(lines).not.toMatch(/@d\d\.example|banana|greylisted/)
    },
    120_000,
  )

  it('has every service mail in the end; twice only what it fell silent on', async () => {
    const { counts, took, twice, server } = await run('deliver', 13)
    expect(counts.queued).toBe(0)
    expect(took).toBe(people)
    expect(counts.sent).toBe(people)
    expect(twice).toBeLessThanOrEqual(server.silent.length)
  }, 120_000)
})
