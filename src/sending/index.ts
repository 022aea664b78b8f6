/**
 * From a request to a mail that was delivered. In: messages, campaigns and their recipients, consents; later the windows
 * of ids that are due. Out: accepted messages in the ledger, mail through the transport, outcomes. Forbidden: sending
 * without asking the gate again in the moment before SMTP; an address, subject or body in a job, a log or a fault.
 */
export { type Accept, type Acceptance, type AcceptNeeds, type MessageInput, newAccept, type Once } from './accept.ts'
export {
  type CampaignInput,
  type CampaignMove,
  type CampaignNeeds,
  type CampaignSummary,
  campaignSummary,
  createCampaign,
  moveCampaign,
} from './campaign.ts'
export { type CampaignPage, listCampaigns } from './campaign-list.ts'
export { type Scheduled, scheduleCampaign } from './campaign-schedule.ts'
export { sendTest, type TestRecipient, type TestSendNeeds } from './campaign-test.ts'
export {
  type Bundle,
  type Certificate,
  type CertificateAcceptance,
  type CertificateInput,
  type CertificateNeeds,
  type Certificates,
  type CertificateTemplate,
  type CertificateTerms,
  type CertificateUpload,
  designNames,
  designOf,
  designTemplate,
  type MakeCertificate,
  newCertificateMaker,
  newCertificates,
  newTemplates,
  newWorkshop,
  readRequest,
  readTemplate,
  type Templates,
  type Workshop,
} from './certificate/index.ts'
export { type Confirmations, type ConfirmNeeds, newConfirmations } from './confirm.ts'
export { type ConsentNeeds, type ConsentVerbs, newConsentVerbs } from './consent.ts'
export { type Deliverer, type DeliverNeeds, newDeliverer } from './deliver.ts'
export { asUtf8, charsetOf } from './encoding.ts'
export { type Feed, type FeedNeeds, newFeed } from './feed.ts'
export {
  type Door,
  type FeedbackCounters,
  type FeedbackIntake,
  newBounded,
  newFeedbackIntake,
  newMailgunDoor,
  newPostmarkDoor,
  newSnsDoor,
  newStamp,
} from './feedback/index.ts'
export { type Lane, type LaneFacts, type Lanes, newLanes, type WarmUp } from './lanes.ts'
export { type LetterNeeds, newLetterWriter, type Senders, type WriteLetter } from './letter.ts'
export { newLineFaults } from './line-faults.ts'
export { linesOf } from './lines.ts'
export { ndjsonValues, type Parsed } from './ndjson.ts'
export {
  type Notice,
  type NoticeNeeds,
  type NoticeState,
  type NoticeWords,
  newNotices,
  noticeContent,
} from './notice.ts'
export { newPace, type Pace } from './pace.ts'
export type { PublishedPart } from './published-parts.ts'
export { readAddress } from './recipient.ts'
export {
  newRecipients,
  type RecipientFormat,
  type RecipientsNeeds,
  recipientFormat,
  type Upload,
} from './recipients.ts'
export { type Basis, type CampaignReport, campaignReport, type ReportNeeds } from './report.ts'
export { linkMillis, newRightsMail, type RightsMail, type RightsMailNeeds, type Wish } from './rights-mail/index.ts'
export { newTemplateShelf, type TemplateShelf } from './shelf.ts'
export {
  type Imported,
  type LiftInput,
  newSuppressions,
  type SuppressionNeeds,
  type SuppressionVerbs,
} from './suppression.ts'
export { type SuppressionFormat, suppressionFormat } from './suppression-file.ts'
export {
  convertMjml,
  type Data,
  type MailTemplates,
  newMailTemplates,
  type TemplateSource,
  type Value,
} from './template/index.ts'
export { messageUnknown, newWhy, type Why, type WhyNeeds } from './why.ts'
