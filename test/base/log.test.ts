import { describe, expect, it } from 'vitest'
import { Fault, isFault, type LogFields, newLog } from '../../src/base/index.ts'

const clock = { now: () => Date.parse('2026-02-03T04:05:06Z'), shift: 0 }

function written(tell: (log: ReturnType<typeof newLog>) => void): readonly Record<string, unknown>[] {
  const lines: string[] = []
  tell(newLog((line) => lines.push(line), clock))
  return lines.map((line) => {
    expect(line.indexOf('\n'), 'one line each').toBe(line.length - 1)
    return JSON.parse(line) as Record<string, unknown>
  })
}

describe('the log', () => {
  it('writes one JSON object a line, in its own order', () => {
    const [line] = written((log) => log.info('started', { policy: 'strict', port: 8080 }))
    expect(line).toEqual({
      at: '2026-02-03T04:05:06.000Z',
      level: 'info',
      event: 'started',
      policy: 'strict',
      port: 8080,
    })
  })

  it('drops what is not on its list, also when a cast lets it through', () => {
    // The cast is the point: types are gone at run time.
    const smuggled = { code: 'x', address: 'ada@x.example', __proto__: { subject: 'Hi' }, ip: '192.0.2.1' } as LogFields
    const [line] = written((log) => log.error('failed', smuggled))
    expect(Object.keys(line!)).toEqual(['at', 'level', 'event', 'code'])
  })

  it('cannot be told another time, level or event by its fields', () => {
    const forged = { at: '1999-01-01', level: 'info', event: 'all_well', code: 'x' } as LogFields // as above
    const [line] = written((log) => log.error('failed', forged))
    expect(line).toMatchObject({ at: '2026-02-03T04:05:06.000Z', level: 'error', event: 'failed' })
  })

  it('keeps a line break inside its line', () => {
    const [line] = written((log) => log.warn('odd', { code: 'a\n{"level":"info"}' }))
    expect(line!.code).toBe('a\n{"level":"info"}')
  })

  it('leaves out what is undefined', () => {
    // A value of undefined comes from callers that TypeScript did not check.
    const [line] = written((log) => log.info('x', { code: undefined } as unknown as LogFields))
    expect(Object.keys(line!)).toEqual(['at', 'level', 'event'])
  })
})

describe('a fault', () => {
  it('has a code, a sentence and a next step, and keeps its cause to itself', () => {
    const cause = new Error('550 <ada@x.example> unknown')
    const fault = new Fault('x_failed', 'It failed.', 'Try again.', { cause })
    expect(fault).toMatchObject({ code: 'x_failed', message: 'It failed.', next: 'Try again.', name: 'Fault', cause })
    expect(JSON.stringify(fault)).not.toContain('ada@')
    expect(String(fault)).not.toContain('ada@')
  })

  it('is told apart from any other error', () => {
    expect(isFault(new Fault('a', 'b', 'c'))).toBe(true)
    expect([new Error('x'), { code: 'a', next: 'c' }, null, undefined].some(isFault)).toBe(false)
    expect('cause' in new Fault('a', 'b', 'c')).toBe(false)
  })
})
