import type { Id } from '../base/index.ts'

/** A certificate's template as it was put: the bytes of its files, under the digest that queued mails name. */
export interface TemplateBundle {
  readonly name: string
  readonly digest: string
  readonly bundle: Uint8Array
}

/** What the store knows of certificates: how they look, and which are no longer vouched for. Never whose they are. */
export interface CertificateVerbs {
  /** Puts a template in the place of the one of the same name, which stays until `until` for mails that are queued. */
  keepTemplate(template: TemplateBundle, now: number, until: number): Promise<void>
  /** The one in use under this name. */
  templateNamed(name: string): Promise<TemplateBundle | null>
  /** Also one that was replaced, for as long as it stays. */
  templateOf(digest: string): Promise<TemplateBundle | null>
  /** The instant of the revocation; of the first one, if it is repeated. */
  revokeCertificate(id: Id, now: number): Promise<number>
  certificateRevoked(id: Id): Promise<number | null>
}
