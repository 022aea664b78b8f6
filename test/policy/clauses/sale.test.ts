import { expect, test } from 'vitest'
import { lastLine, policyWith, saysAt, toldOf } from './asked.ts'

test('nothing is sold, whether the clause is there or not', () => {
  expect(policyWith().sale).toBe('prohibited')
  expect(policyWith({ sale: 'sale: prohibited' }).sale).toBe('prohibited')
  expect(saysAt('sale')).toBe('Nothing about you is sold or rented.')
})

test.each(['sale: allowed', 'sale: true', 'sale: { to: partners }', 'sale: opt-out', 'sale: []'])(
  '"%s" is refused, and says where a text that wants it is kept',
  (sale) => {
    const { policy, faults, next } = toldOf({ sale })
    expect(policy).toBeNull()
    expect(faults).toEqual([`sale_refused ${lastLine}`])
    expect(next[0]).toContain('asks: [sale]')
  },
)

test('a purpose that promotes what others sell cannot be declared', () => {
  const ads =
    'ads: { means: to show what partners sell, basis: consent, consent: opt-in, sends: true, promotes: third-parties }'
  const { faults } = toldOf({
    deliver: `  deliver: { means: to deliver, basis: contract, consent: none, sends: true }\n  ${ads}`,
  })
  expect(faults).toEqual(['promotion_refused 7'])
})
