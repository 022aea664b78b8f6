import type { Ledger } from '../ledger/index.ts'

const statuses = ['sent', 'bounced', 'failed', 'refused', 'expired', 'uncertain', 'queued'] as const

/** How many attempts of this process ended in what. `queued`: to be tried again. */
export type Outcomes = Record<(typeof statuses)[number], number>

export const newOutcomes = (): Outcomes => Object.fromEntries(statuses.map((status) => [status, 0])) as Outcomes // fromEntries forgets the keys' type

/** The ledger as the deliverer uses it, with each outcome counted once it is durable. */
export const countingOutcomes = (ledger: Ledger, outcomes: Outcomes): Ledger => ({
  ...ledger,
  settle: async (settled, now) => {
    await ledger.settle(settled, now)
    for (const { status } of settled) outcomes[status]++
  },
})
