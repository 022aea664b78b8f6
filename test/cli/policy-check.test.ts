import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/base/index.ts'
import { lethe } from './lethe.ts'

const strict = readFileSync(join(packageRoot(), 'policies/strict.yaml'), 'utf8')

function written(text: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'lethe-policy-')), 'mine.yaml')
  writeFileSync(path, text)
  return path
}

describe('lethe policy check', () => {
  it('passes a shipped policy and shows the slots that a deployment fills', async () => {
    const { code, out } = await lethe('policy', 'check', 'strict')
    expect(code).toBe(0)
    expect(out).toMatch(/strict compiles: digest [0-9a-f]{16}\./)
    expect(out).toContain('controller.contact')
  })

  it('says which file was looked at where its name is that of the policy it extends', async () => {
    const path = written('extends: strict\n')
    expect((await lethe('policy', 'check', path)).out).toMatch(/mine\.yaml compiles as strict: digest [0-9a-f]{16}\./)
  })

  it('names each fault with file, line, column, code and what to write, and exits 1', async () => {
    const lines = strict.replace('logs: { keep: P7D }', 'logs: { keep: forever }').split('\n')
    const at = lines.findIndex((line) => line.startsWith('rights:'))
    const path = written([...lines.slice(0, at), 'surprise: 1', ...lines.slice(at)].join('\n'))
    const { code, out } = await lethe('policy', 'check', path)
    expect(code).toBe(1)
    expect(out).toContain(`${path}:${at + 1}:1: error: `)
    expect(out).toContain(`${path}:${lines.indexOf('logs: { keep: forever }') + 2}:9: error: `)
    for (const [line, next] of pairs(out)) {
      expect(line).toMatch(/^\S+mine\.yaml:\d+:\d+: (?:error|warning): .+ \[[a-z_.]+\]$/)
      expect(next).toMatch(/^ {4}\S.*\.$/)
    }
    expect(out).toMatch(/\d+ faults?\. Nothing that is in force changed\.\n$/)
  })

  it('says the same in JSON', async () => {
    const good = JSON.parse((await lethe('policy', 'check', 'strict', '--json')).out)
    expect(good).toMatchObject({ policy: { name: 'strict', digest: expect.any(String) }, faults: [] })
    const path = written(strict.replace('basis: contract', 'basis: because'))
    const { code, out } = await lethe('policy', 'check', path, '--json')
    const bad = JSON.parse(out)
    expect(code).toBe(1)
    expect(bad.policy).toBeNull()
    const line = strict.split('\n').findIndex((each) => each.includes('basis: contract')) + 1
    expect(bad.faults).toEqual(expect.arrayContaining([expect.objectContaining({ line, column: expect.any(Number) })]))
  })

  it.each([
    ['no YAML', 'policy: [\n'],
    ['an empty file', ''],
    ['a list', '- a\n- b\n'],
    ['two documents', 'policy: a\n---\npolicy: b\n'],
    ['a bomb of aliases', `a: &a [x, x]\n${'b: &b [*a, *a, *a]\n'.repeat(20)}`],
    ['a file that is far too long', `policy: x # ${'long '.repeat(100_000)}\n`],
    ['a deep nest', `policy: ${'['.repeat(5_000)}${']'.repeat(5_000)}\n`],
  ])('refuses %s with exit 1 and a next step', async (_what, text) => {
    const { code, out, err } = await lethe('policy', 'check', written(text))
    expect([code, err]).toEqual([1, ''])
    expect(out).toMatch(/mine\.yaml:\d+:\d+: error: .+ \[[a-z_.]+\]\n {4}\S/)
    expect(out).not.toContain('defect')
  })

  it.each([
    ['a name that is not shipped', 'nosuch'],
    ['a path that is not there', '/nowhere/policy.yaml'],
    ['a folder', tmpdir()],
    ['a name that climbs out of its folder', '../package'],
  ])('refuses %s', async (_what, name) => {
    const { code, err } = await lethe('policy', 'check', name)
    expect(code).toBe(1)
    expect(err).toMatch(/\[policy_un\w+\]\n {7}\S/)
  })

  it('refuses bytes that are no text', async () => {
    const { code, out, err } = await lethe('policy', 'check', written(new Uint8Array([0xff, 0xfe, 0, 1])))
    expect(code).toBe(1)
    expect(out + err).toMatch(/\[(?!defect)[a-z_.]+\]\n +[A-Z]/)
  })

  it('is never a reason to explain or publish a policy that does not compile', async () => {
    const path = written(strict.replace('basis: contract', 'basis: because'))
    for (const verb of ['explain', 'notice', 'record', 'inventory']) {
      const { code, out, err } = await lethe('policy', verb, path)
      expect([verb, code, out]).toEqual([verb, 1, ''])
      expect(err).toContain('[policy_invalid]')
    }
  })
})

const pairs = (out: string): readonly (readonly [string, string])[] => {
  const lines = out.split('\n').slice(0, -2)
  return lines.flatMap((line, index) => (index % 2 === 0 ? [[line, lines[index + 1] ?? ''] as const] : []))
}
