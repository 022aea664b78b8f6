import type { OperatorKey } from '../../gate/index.ts'
import type { Ledger } from '../ledger.ts'
import { accept } from './accept.ts'
import { apiKeys } from './api-keys.ts'
import { audit } from './audit/index.ts'
import { auditLog } from './audit-log.ts'
import { campaigns } from './campaign.ts'
import { cases } from './cases.ts'
import { certificates } from './certificates.ts'
import { claim } from './claim.ts'
import { coldOf } from './cold.ts'
import { consents } from './consent.ts'
import { consentRequests } from './consent-request.ts'
import { campaignCounts } from './counts.ts'
import { takeDue } from './due.ts'
import { erasing } from './erase.ts'
import { promisedBy } from './face.ts'
import { takeFeedback } from './feedback.ts'
import { fingerprints } from './fingerprints.ts'
import { finishing } from './finish.ts'
import { held } from './held.ts'
import { lapse } from './lapse.ts'
import { leases } from './lease.ts'
import { mailedLinks } from './mailed-links.ts'
import { overdue } from './overdue.ts'
import { people } from './people.ts'
import { policyVersions } from './policies.ts'
import { proposals } from './proposal.ts'
import { purge, purgedAt } from './purge.ts'
import { record } from './record.ts'
import { rectify } from './rectify.ts'
import { remember } from './remember.ts'
import { restored } from './restored.ts'
import { restrict } from './restrict.ts'
import { retighten } from './retighten.ts'
import { rotation } from './rotate.ts'
import { settle } from './settle.ts'
import { standings } from './standing.ts'
import { stops } from './stops.ts'
import type { Store } from './store.ts'
import { suppressions } from './suppress.ts'
import { liftSuppression } from './suppress-lift.ts'
import { suppressionList } from './suppress-list.ts'
import { takeBack } from './take-back.ts'
import { templates } from './templates.ts'
import { views } from './views.ts'

/** Every verb of the face, on one store. */
export function verbs(store: Store, operators: readonly OperatorKey[]): Ledger {
  const { db, keys, engine } = store
  const promised = promisedBy(engine.fault)
  const cold = coldOf(db)
  const who = people(store)
  const standingOf = standings(store)
  const stopping = stops(store)
  const consent = consents(store, who, stopping)
  const suppression = suppressions(store, who)
  const request = consentRequests(store, who, consent, suppression, stopping)
  const ends = finishing(store)
  const late = overdue(store, ends)
  const lease = leases(store, ends, late)
  const campaign = campaigns(store, late)
  const view = views(store, cold)
  const log = auditLog(store, store.anchor)
  const policy = policyVersions(store, cold)
  const change = proposals(store, log, policy.enforce)
  const casebook = cases(store, who)
  const erasure = erasing(store, who, suppression, casebook)
  const shown = held(store, who)
  const back = restored(store, suppression, log)
  const key = apiKeys(store)
  const certificate = certificates(store)
  const template = templates(store)
  const link = mailedLinks(store, who)
  const rotating = rotation(store, log, operators)
  return {
    enforce: promised(change.enforce),
    pendingPolicy: promised(change.pendingPolicy),
    proposePolicy: promised(change.proposePolicy),
    noteNotice: promised(change.noteNotice),
    dropProposal: promised(change.dropProposal),
    contacts: promised(change.contacts),
    retighten: promised(retighten(store)),
    policySources: promised(policy.policySources),
    // On one connection: hundreds that each ask for one keep everybody else from theirs.
    standings: promised((addresses) =>
      db.glance(() => Promise.all(addresses.map(async (each) => standingOf(await who.find(each), who.stopHash(each))))),
    ),
    recordConsent: promised(consent.recordConsent),
    recordConsentOf: promised(consent.recordConsentOf),
    requestConsent: promised(request.requestConsent),
    confirmConsent: promised(request.confirmConsent),
    suppressOf: promised(suppression.suppressOf),
    suppress: promised(suppression.suppress),
    suppressAll: promised(suppression.suppressAll),
    suppressionPage: promised(suppressionList(store)),
    liftSuppression: promised(liftSuppression(store, who, consent, suppression, stopping)),
    stopped: promised(stopping.stopped),
    accept: promised(accept(store, who, consent)),
    remember: promised(remember(store)),
    takeDue: promised(takeDue(store)),
    claim: promised(claim(store, who, standingOf, ends)),
    handOver: promised(lease.handOver),
    extendLeases: promised(lease.extendLeases),
    release: promised(lease.release),
    settle: promised(settle(store, who, suppression, ends)),
    takeFeedback: promised(takeFeedback(store, who, suppression)),
    recoverLeases: promised(lease.recoverLeases),
    expireOverdue: promised(late.expireOverdue),
    message: promised(view.message),
    events: promised(view.events),
    outstanding: promised(view.outstanding),
    sentSince: promised(view.sentSince),
    createCampaign: promised(campaign.createCampaign),
    campaign: promised(view.campaign),
    moveCampaign: promised(campaign.moveCampaign),
    scheduleCampaign: promised(campaign.scheduleCampaign),
    counts: promised(campaignCounts(store)),
    campaigns: promised(view.campaigns),
    tallies: promised(view.tallies),
    counted: promised(view.counted),
    finishCampaigns: promised(campaign.finishCampaigns),
    record: promised(record(store)),
    openCase: promised(casebook.openCase),
    openConcern: promised(casebook.openConcern),
    closeCase: promised(casebook.closeCase),
    openCases: promised(casebook.openCases),
    caseOf: promised(casebook.caseOf),
    beginErasure: promised(erasure.beginErasure),
    beginErasureOf: promised(erasure.beginErasureOf),
    restored: promised(back.restored),
    erasedAgain: promised(back.erasedAgain),
    noteReplayed: promised(back.noteReplayed),
    eraseSubject: promised(erasure.eraseSubject),
    noteErasure: promised(erasure.noteErasure),
    erasures: promised(erasure.erasures),
    endErasure: promised(erasure.endErasure),
    held: promised(shown.held),
    heldOf: promised(shown.heldOf),
    takeBack: promised(takeBack(store, { people: who, consents: consent, suppressions: suppression, stopping })),
    fingerprints: promised(fingerprints(store, who)),
    rectify: promised(rectify(store, who, suppression)),
    restrict: promised(restrict(store, who, stopping)),
    contactOf: promised(link.contactOf),
    addMailedLink: promised(link.addMailedLink),
    mailedLink: promised(link.mailedLink),
    spendMailedLink: promised(link.spendMailedLink),
    note: promised(log.note),
    acknowledgeRestore: promised(log.acknowledge),
    logHead: promised(log.logHead),
    logEntries: promised(log.logEntries),
    addApiKey: promised(key.addApiKey),
    apiKey: promised(key.apiKey),
    apiKeys: promised(key.apiKeys),
    revokeApiKey: promised(key.revokeApiKey),
    keepTemplate: promised(certificate.keepTemplate),
    templateNamed: promised(certificate.templateNamed),
    templateOf: promised(certificate.templateOf),
    revokeCertificate: promised(certificate.revokeCertificate),
    certificateRevoked: promised(certificate.certificateRevoked),
    keepMailTemplate: promised(template.keepMailTemplate),
    mailTemplate: promised(template.mailTemplate),
    mailTemplates: promised(template.mailTemplates),
    dropMailTemplate: promised(template.dropMailTemplate),
    rewrap: promised(rotating.rewrap),
    epoch: promised(rotating.epoch),
    purge: promised(purge(store, lapse(store, suppression))),
    tidy: promised(engine.tidy),
    search: promised(engine.search),
    leaves: engine.leaves,
    purgedAt: promised(purgedAt(store)),
    audit: audit(store),
    probe: promised(async () => {
      for (const each of [db, keys.db]) await each.alone(() => each.prepare('SELECT 1').get())
    }),
    close: promised(async () => {
      await db.close()
      await keys.close()
    }),
  }
}
