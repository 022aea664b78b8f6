import { describe, expect, it } from 'vitest'
import { policyOf } from '../ledger/policies.ts'
import { accepts } from './ledger/accepts.ts'
import { answersAudit } from './ledger/audit.ts'
import { runsCampaigns } from './ledger/campaigns.ts'
import { keepsTemplates } from './ledger/certificates.ts'
import { asksTwice } from './ledger/consents.ts'
import { counts } from './ledger/counts.ts'
import { takesFeedback } from './ledger/feedback.ts'
import { forgets } from './ledger/forgets.ts'
import { listens } from './ledger/listens.ts'
import { mailsLinks } from './ledger/mailed-links.ts'
import { narrows } from './ledger/narrows.ts'
import { records } from './ledger/records.ts'
import { servesRights } from './ledger/rights.ts'
import { schedules } from './ledger/schedules.ts'
import { type OpenLedger, stageOf } from './ledger/stage.ts'
import { keepsSilence } from './ledger/suppressions.ts'
import { keepsMailTemplates } from './ledger/templates.ts'

/** What every store must do, told as sentences; each driver runs the same. */
export function describeLedger(name: string, open: OpenLedger): void {
  describe(`the ledger on ${name}`, () => {
    const stage = stageOf(open)
    const { ledger } = stage
    accepts(stage)
    schedules(stage)
    listens(stage)
    asksTwice(stage)
    keepsSilence(stage)
    records(stage)
    counts(stage)
    runsCampaigns(stage)
    takesFeedback(stage)
    keepsTemplates(stage)
    keepsMailTemplates(stage)
    forgets(stage)
    servesRights(stage)
    mailsLinks(stage)
    narrows(stage)
    answersAudit(stage)

    it('remembers every version of the policy, the newest last', async () => {
      await ledger.enforce(policyOf({ number: 7 }))
      await ledger.enforce(policyOf({ number: 1 }))
      expect((await ledger.policySources()).map(({ number }) => number)).toEqual([7, 1])
    })

    it('answers a probe', async () => {
      await expect(ledger.probe()).resolves.toBeUndefined()
    })
  })
}
