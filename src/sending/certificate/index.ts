/**
 * Certificates, drawn when their mail is composed and kept nowhere. In: templates, and who gets one; later a claimed
 * message with its plan. Out: messages for the ledger, then a PDF in memory whose code leads to a page that can confirm its
 * holder. Forbidden: storing a PDF, a holder or a token; a person's value as Typst's own language; any file of the machine.
 */
export {
  type CertificateAcceptance,
  type CertificateInput,
  type CertificateNeeds,
  type Certificates,
  type CertificateUpload,
  newCertificates,
} from './accept.ts'
export { designNames, designOf, designTemplate } from './design/index.ts'
export { type Certificate, type MakeCertificate, newCertificateMaker } from './make.ts'
export { type CertificateTerms, readRequest } from './request.ts'
export { type Bundle, type CertificateTemplate, readTemplate } from './template.ts'
export { newTemplates, type Templates } from './templates.ts'
export { newWorkshop, type Workshop } from './workshop.ts'
