import { describe, expect, it } from 'vitest'
import { codeWithCause, Fault } from '../../src/base/index.ts'
import { storeFault } from '../../src/ledger/postgres/fault.ts'

describe('the fault that PostgreSQL and its driver made', () => {
  it.each([
    [Object.assign(new Error('no room'), { code: '53100' }), 'store_full', 'store_full.postgres_53100'],
    [new Error('Connection terminated unexpectedly'), 'store_away', 'store_away.postgres_08_ended'],
    [new Error('timeout exceeded when trying to connect'), 'store_locked', 'store_locked.postgres_55p03_waited'],
    [new Error('Received unexpected dataRow message from backend.'), 'store_failed', 'store_failed.postgres_protocol'],
    [new TypeError('ada@example.org is no number'), 'store_failed', 'store_failed.postgres_typeerror'],
    [new Error('ada@example.org'), 'store_failed', 'store_failed.postgres_unknown'],
  ])('names the code of its cause and none of its words: %s', (cause, code, withCause) => {
    const fault = storeFault(cause)
    expect(fault.code).toBe(code)
    expect(codeWithCause(fault)).toBe(withCause)
  })

  it('says nothing of a cause whose code is nobody’s', () => {
    expect(codeWithCause(new Fault('smtp', 'No.', 'Try.', { cause: new Error('ada@example.org') }))).toBe('smtp')
  })
})
