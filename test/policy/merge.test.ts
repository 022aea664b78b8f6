import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkPolicy, diffPolicies, loadPolicy, shippedFolder, shippedNames } from '../../src/policy/index.ts'
import { compiled, lines, written } from './written.ts'

const folder = mkdtempSync(join(tmpdir(), 'lethe-merge-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The codes and paths of merging two pages, and the policy if there is one. */
function merged(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>, more = '') {
  writeFileSync(join(folder, 'one.yaml'), written(one))
  writeFileSync(join(folder, 'other.yaml'), written(other))
  return checkPolicy(`extends: [one, other]\npolicy: both\n${more}`, { folder })
}

const names = shippedNames(shippedFolder())
const pairs = names.flatMap((one) => names.filter((other) => other !== one).map((other) => [one, other] as const))

test.each(pairs)('%s and %s together grant nothing that one of them does not', (one, other) => {
  const { policy, faults } = checkPolicy(`extends: [${one}, ${other}]\npolicy: both`)
  expect(faults).toEqual([])
  for (const base of [one, other]) {
    const wider = diffPolicies(loadPolicy(base), policy!).changes.filter(({ effect }) => effect === 'widening')
    // Words joined by "and only as far as", and the basis that goes with the stricter asking, cannot be compared.
    expect(
      wider
        .map(({ path }) => path)
        .filter((path) => !/^(purposes\.\w+\.(means|basis)|attestations\.\w+\.measure)$/.test(path)),
    ).toEqual([])
  }
})

describe('of two values the narrower is taken', () => {
  test('of a grain, a period, a number, an age, a mode and a list of promises', () => {
    const open = lines.open!.replace('P30D, recording', 'P7D, recording').replace('at: hour', 'at: day, country: value')
    const { policy, faults } = merged(
      { open, tallies: 'tallies: { k: 9, retention: P2Y }', minors: 'minors: { under: 13 }', never: 'never: [body]' },
      { click: lines.open!.replace('open:', 'click:'), minors: 'minors: { under: 18, unless: parental_consent }' },
    )
    expect(faults).toEqual([])
    expect([...policy!.events.open.fields]).toEqual([['at', 'day']])
    expect(policy!.events.open.retentionDays).toBe(7)
    expect(policy!.events.click.mode).toBe('off')
    expect(policy!.tallies).toEqual({ k: 9, retentionDays: 365 })
    expect(policy!.minors).toEqual({ under: 18, unless: null })
    expect(JSON.parse(policy!.source).never.sort()).toEqual(['body', 'ip_address'])
  })

  test('of asking, with the basis that goes with it; words are joined', () => {
    const loose = lines.deliver!.replace('contract', 'legitimate_interests').replace('none', 'opt-out')
    const strict = lines.deliver!.replace('contract', 'consent').replace('none', 'opt-in').replace('what', 'all')
    const { policy } = merged({ deliver: loose }, { deliver: strict })
    expect(policy!.purposes.get('deliver')).toMatchObject({ basis: 'consent', consent: 'opt-in' })
    expect(policy!.source).toContain('and only as far as this is also')
  })

  test('a purpose or a processor of one alone is dropped', () => {
    const mail = (host: string) =>
      `{ name: ${host}, hosts: [${host}.example], country: DE, does: hands mail over, essential: true, agreement: of 2027 }`
    const { policy } = merged(
      { processors: `processors: [${mail('a')}, ${mail('b')}]` },
      { processors: `processors: [${mail('b')}, ${mail('c')}]`, insight: '', open: '  open: { mode: off }' },
    )
    expect(policy!.processors.map(({ name }) => name)).toEqual(['b'])
    expect([...policy!.purposes.keys()]).toEqual(['deliver'])
  })
})

describe('where neither is narrower there is no merged policy', () => {
  test.each([
    ['two controllers', { controller: lines.controller!.replace('Example,', 'Another,') }, 'controller.name'],
    [
      'two bases for the same asking',
      { deliver: lines.deliver!.replace('contract', 'public_task') },
      'purposes.deliver.basis',
    ],
  ])('%s', (_name, other, path) => {
    const { policy, faults } = merged({}, other)
    expect(policy).toBeNull()
    expect(faults).toMatchObject([{ code: 'merge_conflict', path: 'extends', line: 1 }])
    expect(faults[0]!.sentence).toContain(path)
  })

  test('a merged policy cannot be widened either', () => {
    const { faults } = merged({}, { logs: 'logs: { keep: P3D }' }, 'logs: { keep: P5D }\n')
    expect(faults.map(({ code, path, line }) => [code, path, line])).toEqual([['overlay_widens', 'logs.keep', 3]])
  })
})

test('a base that has faults of its own is no base', () => {
  writeFileSync(join(folder, 'broken.yaml'), written({ logs: '' }))
  for (const [text, path] of [
    ['extends: broken', 'extends'],
    [written({ within: 'within: broken' }), 'within'],
  ] as const) {
    expect(checkPolicy(text, { folder }).faults).toMatchObject([{ code: 'base_broken', path }])
  }
})

describe('a ceiling', () => {
  const long = { open: lines.open!.replace('P30D', 'P2Y'), rights: 'rights: { answer: P30D, links: P3Y }' }
  const held = (changes: Readonly<Record<string, string>>) =>
    checkPolicy(written({ ...changes, within: 'within: eu-email-2026' })).faults.map(
      ({ code, path }) => `${code} ${path}`,
    )

  test('leaves names, words and processors to the policy that it bounds', () => {
    expect(held({})).toEqual([])
    expect(JSON.parse(compiled(written({ within: 'within: eu-email-2026' })).source).within).toBe('eu-email-2026')
  })

  test.each([
    ['a longer retention', long, 'collect.open.retention'],
    ['a later answer', { rights: 'rights: { answer: P60D, links: P1Y }' }, 'rights.answer'],
    ['smaller counts', { tallies: 'tallies: { k: 3, retention: P1Y }' }, 'tallies.k'],
    ['no notice', { changes: 'changes: { notice: none, by: page }' }, 'changes.notice'],
    [
      'use taken for consent',
      { statements: 'statements: [{ id: TT-1, says: using this is agreeing, asks: [consent_by_use] }]' },
      'statements.0.asks',
    ],
  ])('refuses %s', (_name, changes, path) => {
    expect(held(changes)).toContain(`ceiling_exceeded ${path}`)
  })

  test('that is not shipped is told at its line', () => {
    const { faults } = checkPolicy(written({ within: 'within: eu-mail-2026' }))
    expect(faults).toMatchObject([{ code: 'policy_unknown', path: 'within', line: Object.keys(lines).length + 1 }])
  })
})
