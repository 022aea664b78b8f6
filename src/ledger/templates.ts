/** One version of a mail's template: its source as JSON, under the digest of that. */
export interface MailTemplate {
  readonly name: string
  readonly digest: string
  readonly source: string
  readonly storedAt: number
  /** False for a version that was replaced; it goes after some days. */
  readonly inUse: boolean
}

/** Templates of mails. They are the operator's own words: no person's data is in them. */
export interface TemplateVerbs {
  /** Puts a version into use in the place of the one before, which stays until `until` for whoever names its digest. */
  keepMailTemplate(
    template: Pick<MailTemplate, 'name' | 'digest' | 'source'>,
    now: number,
    until: number,
  ): Promise<void>
  /** The version in use, or the one of that digest. */
  mailTemplate(name: string, digest?: string): Promise<MailTemplate | null>
  /** Every version of every template, by name, the newest first. */
  mailTemplates(): Promise<readonly Omit<MailTemplate, 'source'>[]>
  /** Removes all versions; false when there was none. */
  dropMailTemplate(name: string): Promise<boolean>
}
