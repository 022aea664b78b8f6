import { describe, expect, it } from 'vitest'
import { problemOf } from '../../src/http/api/problem.ts'
import { storeFault } from '../../src/ledger/postgres/fault.ts'

describe('what PostgreSQL says of itself', () => {
  // Codes of postgresql.org/docs/current/errcodes-appendix.html, and of a socket.
  it.each([
    ['restarts', '57P01', 503],
    ['starts', '57P03', 503],
    ['is not there', 'ECONNREFUSED', 503],
    ['has no connection left', '53300', 503],
    ['was told another password', '28P01', 503],
    ['became a standby that only reads', '25006', 503],
    ['met two who wait for each other', '40P01', 503],
    ['has a full disk', '53100', 507],
    ['refuses what we wrote, which is our fault', '22021', 500],
  ])('a caller is told to come back, or not, when it %s', (_name, code, status) => {
    const cause = Object.assign(new Error('duplicate key (ada@example.org)'), { code })
    expect(problemOf(storeFault(cause)).status).toBe(status)
  })
})
