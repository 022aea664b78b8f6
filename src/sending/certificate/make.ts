import { Fault } from '../../base/index.ts'
import { type CertificatePlan, type KeyRing, mintCertificate } from '../../gate/index.ts'
import type { Claimed } from '../../ledger/index.ts'
import type { Mail } from '../../transport/index.ts'
import { shownFacts } from './request.ts'
import type { Templates } from './templates.ts'
import type { Workshop } from './workshop.ts'

export interface MakeNeeds {
  readonly ring: KeyRing
  readonly templates: Pick<Templates, 'exact'>
  readonly workshop: Pick<Workshop, 'draw'>
  readonly publicUrl: string
}

/** A certificate at the moment in which its mail is composed: it lives until the mail server has it. */
export interface Certificate {
  readonly attachment: Mail['attachments'][number]
  /** What the mail may show of it. */
  readonly merge: Readonly<Record<string, string>>
}

export type MakeCertificate = (
  message: Pick<Claimed, 'name' | 'merge' | 'policy'>,
  plan: CertificatePlan,
) => Promise<Certificate>

/** Draws what a plan says, with the name as it is now: one that was corrected meanwhile counts. */
export const newCertificateMaker =
  ({ ring, templates, workshop, publicUrl }: MakeNeeds): MakeCertificate =>
  async ({ name, merge, policy }, plan) => {
    const template = await templates.exact(plan.template)
    const holder = name ?? missing()
    const verifyUrl = `${publicUrl}/v/${mintCertificate(ring, plan, holder, policy)}`
    const content = await workshop.draw({ template, plan, person: { name: holder, merge } }, verifyUrl)
    const attachment = { filename: template.text.file, contentType: 'application/pdf', content }
    return { attachment, merge: shownFacts(plan, verifyUrl) }
  }

function missing(): never {
  throw new Fault('name_missing', 'A certificate has lost the name of its holder.', 'Send it again with a name.')
}
