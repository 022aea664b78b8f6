import { deriveKey } from '../base/index.ts'
import type { KeyRing } from '../gate/index.ts'
import {
  type Lanes,
  newAccept,
  newCertificateMaker,
  newCertificates,
  newConfirmations,
  newConsentVerbs,
  newDeliverer,
  newFeed,
  newLetterWriter,
  newMailTemplates,
  newPace,
  newRecipients,
  newRightsMail,
  newStamp,
  newTemplateShelf,
  newTemplates,
  newWorkshop,
  sendTest,
  type TestRecipient,
} from '../sending/index.ts'
import type { Deliveries } from '../tracking/index.ts'
import type { House } from './house.ts'
import { notingDeliveries } from './instruments.ts'
import { countingOutcomes, newOutcomes } from './outcomes.ts'

/** The verbs of sending, connected: what the API calls, what the workers run, what the pages of a mail's links do. */
export function openSending(
  { ledger, queue, book, log, config, secrets }: House,
  lanes: Lanes,
  ring: KeyRing,
  deliveries: Deliveries,
) {
  const { clock } = config
  const common = { ledger, queue, board: queue.board, book, log, clock }
  const shelf = newTemplateShelf(ledger)
  const feed = newFeed(common)
  const consents = newConsentVerbs(common)
  const publicUrl = config.publicUrl.href.replace(/\/$/, '')
  const confirmations = newConfirmations({ ...common, feed, ring, publicUrl })
  const stamp = newStamp({
    ring,
    domain: config.feedback.returnPath,
    hosts: config.waysOut.flatMap(({ host }) => host ?? []),
  })
  const rightsMail = newRightsMail({ ...common, feed, ring, publicUrl })
  const templates = newTemplates(ledger)
  const workshop = newWorkshop(publicUrl)
  const make = newCertificateMaker({ ring, templates, workshop, publicUrl })
  const write = newLetterWriter({
    shelf,
    ring,
    book,
    clock,
    publicUrl,
    defaultFrom: config.from,
    senders: config.senders,
    stamp,
    make,
  })
  const outcomes = newOutcomes()
  const noting = countingOutcomes(notingDeliveries(ledger, deliveries, clock.now), outcomes)
  const deliverer = newDeliverer({ ...common, ledger: noting, lanes, pace: newPace(clock), write, random: Math.random })
  // The oldest: a repeated request must be known again after a rotation, and the store hashes this once more.
  const digestKey = deriveKey(secrets.operatorKeys.at(-1)!.key, 'l.idempo')
  const mailTemplates = newMailTemplates(common)
  const campaigns = { ...common, feed, templates: mailTemplates }
  const recipients = newRecipients({ ...common, shelf, feed })
  const certificates = newCertificates({ ...common, feed, ring, templates, workshop, publicUrl, digestKey })
  const testSend = (id: string, to: TestRecipient) => sendTest({ ...common, shelf, feed }, id, to)
  const accept = newAccept({ ...common, shelf, feed, digestKey, templates: mailTemplates })
  return {
    feed,
    consents,
    confirmations,
    rightsMail,
    deliverer,
    outcomes,
    api: { accept, mailTemplates, testSend, campaigns, certificates, recipients, consents, confirmations },
  }
}

export type Sending = ReturnType<typeof openSending>
