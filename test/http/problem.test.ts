import { describe, expect, it } from 'vitest'
import { isFault } from '../../src/base/index.ts'
import { plainProblem } from '../../src/http/api/problem.ts'
import { awayFault } from '../../src/queue/away.ts'

describe('a fault of the queue, answered by the API', () => {
  it.each([
    ['ECONNREFUSED', 503, 'queue_away'],
    ['NOPERM', 503, 'queue_denied'],
    ['28P01', 503, 'queue_denied'],
    ['OOM', 507, 'queue_full'],
    ['53100', 507, 'queue_full'],
  ])('%s is %i, which tells the caller whose turn it is', (code, status, named) => {
    const fault = awayFault(Object.assign(new Error(`${code} of somebody@people.example`), { code }))
    expect(isFault(fault) && fault.code).toBe(named)
    const answer = plainProblem(fault)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toMatchObject({ status, code: named, next: expect.stringMatching(/./) })
    expect(answer.body).not.toContain('people.example')
  })
})
