import { describe, expect, it } from 'vitest'
import { newLog } from '../../src/base/index.ts'
import type { Inspection } from '../../src/queue/index.ts'
import { logFindings } from '../../src/upkeep/audit/log.ts'
import { queueChecks } from '../../src/upkeep/audit/queue.ts'
import type { AuditReport } from '../../src/upkeep/audit/run.ts'
import { signAudit, verifyAudit } from '../../src/upkeep/audit/signature.ts'
import { tasks } from '../../src/upkeep/schedule.ts'
import { policyOf } from '../ledger/policies.ts'

const day = 86_400_000
const hour = 3_600_000
const now = Date.parse('2026-11-22T12:00:00Z')
const clock = { shift: 0, now: () => now }

async function* each<T>(values: readonly T[]): AsyncIterable<T> {
  yield* values
}

describe('the audit of the log', () => {
  const lineAt = (at: number, write: (line: string) => void = () => {}): string => {
    let line = ''
    newLog((text) => (line = text), { shift: 0, now: () => at }).info('started', { policy: 'strict', count: 3 })
    write(line)
    return line.trim()
  }
  const resultsOf = async (lines: readonly string[]) =>
    (await logFindings({ policy: policyOf(), clock, logLines: () => each(lines) })).map(({ result }) => result)

  it('proves lines as Lethe writes them, and cannot say anything of a standard output', async () => {
    expect(await resultsOf([lineAt(now - hour)])).toEqual(['proved', 'proved'])
    const nobody = await logFindings({ policy: policyOf(), clock, logLines: null })
    expect(nobody.map(({ result }) => result)).toEqual(['unproven'])
  })

  const foreign: readonly (readonly [string, string])[] = [
    [
      'a field that no line may have',
      `{"at":"${new Date(now).toISOString()}","level":"info","event":"x","client":"c"}`,
    ],
    ['a value that is no word and no number', `{"at":"${new Date(now).toISOString()}","event":"x","code":{"a":1}}`],
    ['text that is no line of ours', `${new Date(now).toISOString()} GET / 200`],
    [
      'an address in an allowed field',
      `{"at":"${new Date(now).toISOString()}","event":"x","code":"to ada@example.org"}`,
    ],
  ]
  it.each(foreign)('finds %s, and repeats none of it', async (_what, line) => {
    const findings = await logFindings({ policy: policyOf(), clock, logLines: () => each([line]) })
    expect(findings[0]).toMatchObject({ check: 'log holds no personal data', result: 'violated' })
    expect(JSON.stringify(findings)).not.toMatch(/ada|client|GET/)
  })

  it('finds lines that are older than promised, and lines of no age', async () => {
    const { logDays } = policyOf()
    expect(await resultsOf([lineAt(now - (logDays + 1) * day)])).toEqual(['proved', 'violated'])
    expect((await resultsOf(['{"level":"info","event":"x"}']))[1]).toBe('violated')
  })
})

describe('the audit of the queue', () => {
  const schedules = tasks.map(({ name, everyMillis }) => ({ name, everyMillis, lateMillis: 0 }))
  const quiet: Inspection = { jobs: [], foreign: [], schedules }
  const ask = async (
    check: string,
    seen: Partial<Inspection>,
    upkeepSince: number | null = now - day,
    texts = ['{}'],
  ) => {
    const contents = () => each(texts.map((text) => ({ queue: 'send' as const, text })))
    const audited = { queue: { contents, inspect: async () => quiet }, upkeepSince, now }
    return (await queueChecks[check]!(audited, { ...quiet, ...seen })).result
  }

  it('finds a foreign field, and a shape of personal data wherever it lies', async () => {
    const check = 'queue holds ids and permitted events only'
    expect(await ask(check, {})).toBe('proved')
    expect(await ask(check, { foreign: ['record.data'] })).toBe('violated')
    expect(await ask(check, {}, now, ['550 5.1.1 <ada@example.org>'])).toBe('violated')
  })

  it('finds finished jobs at once, and failed ones once they should have been cleaned', async () => {
    const check = 'queue keeps nothing that is done'
    const job = (state: 'completed' | 'failed' | 'delayed', oldestMillis: number) => ({
      jobs: [{ queue: 'send' as const, state, count: 1, oldestMillis }],
    })
    expect(await ask(check, job('completed', 0))).toBe('violated')
    expect([await ask(check, job('failed', hour)), await ask(check, job('failed', 2 * hour))]).toEqual([
      'proved',
      'violated',
    ])
    expect(await ask(check, job('delayed', 3 * day))).toBe('proved')
  })

  it('finds a task that left the schedule or is late, and does not blame a process that has only just begun', async () => {
    const check = 'every task of upkeep is on the schedule'
    const late = { schedules: schedules.map((each) => ({ ...each, lateMillis: 2 * day })) }
    expect(await ask(check, {})).toBe('proved')
    expect(await ask(check, { schedules: schedules.slice(1) })).toBe('violated')
    expect(await ask(check, { schedules: schedules.map((each) => ({ ...each, everyMillis: day })) })).toBe('violated')
    expect(await ask(check, late)).toBe('violated')
    expect(await ask(check, late, now - 1000)).toBe('proved')
    expect(await ask(check, late, null)).toBe('unproven')
  })
})

describe('a signed audit', () => {
  const operators = [{ id: 'one', key: Buffer.alloc(32, 1), revoked: false }]
  const report: AuditReport = {
    at: '2026-11-22T12:00:00.000Z',
    policy: { name: 'strict', number: 1, digest: 'abc' },
    clockShift: 0,
    findings: [{ check: 'store.keys', result: 'violated', detail: '3 without a row' }],
    result: 'violated',
  }
  const signed = signAudit(operators, report)

  it('verifies after a journey through a file, in any order of its fields', () => {
    const { findings, at, ...rest } = signed
    expect(verifyAudit(operators, JSON.parse(JSON.stringify({ findings, ...rest, at }, null, 2)))).toBe('genuine')
  })

  it('does not verify with one word changed, added or left out', () => {
    const findings = [{ ...signed.findings[0], result: 'proved' }]
    const { clockShift: _left, ...without } = signed
    for (const forged of [{ ...signed, findings }, { ...signed, more: 1 }, without]) {
      expect(verifyAudit(operators, forged)).toBe('changed')
    }
  })

  it('does not verify without its signature, under the key of another house, or under a stolen one', () => {
    const { signature: _none, ...unsigned } = signed
    expect(verifyAudit(operators, unsigned)).toBe('unsigned')
    expect(verifyAudit([{ id: 'two', key: Buffer.alloc(32, 2), revoked: false }], signed)).toBe('unknown_key')
    expect(verifyAudit([{ ...operators[0]!, revoked: true }], signed)).toBe('revoked_key')
  })
})
