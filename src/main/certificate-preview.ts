import { Fault, newId, randomBytes } from '../base/index.ts'
import { newKeyRing } from '../gate/index.ts'
import { loadPolicy } from '../policy/index.ts'
import {
  designOf,
  designTemplate,
  newCertificateMaker,
  newWorkshop,
  readRequest,
  readTemplate,
} from '../sending/index.ts'
import type { Config } from './config.ts'

interface TemplateFiles {
  readonly template: string
  readonly files: Readonly<Record<string, Buffer>>
}

/**
 * One certificate as a mail would carry it, drawn by the same steps, sealed with a key that ends with this call. What is
 * left out of `data` has a value that says so.
 */
export async function previewCertificate(
  given: TemplateFiles | string,
  data: Readonly<Record<string, string>>,
  { policy, publicUrl, clock }: Pick<Config, 'policy' | 'publicUrl' | 'clock'>,
): Promise<Buffer> {
  const template = readTemplate(typeof given === 'string' ? builtIn(given) : given, designOf)
  const url = publicUrl.href.replace(/\/$/, '')
  const inForce = loadPolicy(policy)
  const book = { inForce, all: new Map([[inForce.number, inForce]]) }
  const ring = newKeyRing([{ id: 'preview', key: randomBytes(32), revoked: false }])
  const { title = template.text.title ?? 'Title', issuer = template.text.issuer ?? 'Issuer', date, ...values } = data
  const { name = 'Name of the holder', ...merge } = values
  const sample = Object.fromEntries(template.merge.map((field) => [field, field]))
  const holder = { email: 'preview@example.com', name, data: { ...sample, ...merge } }
  const terms = { template: 'preview', title, issuer, date }
  // Mail of a certificate goes out for any purpose that sends; which one makes no difference to how it looks.
  const purpose = [...inForce.purposes.values()].find(({ sends, subscribed }) => sends && !subscribed)?.name
  const request = readRequest(
    { book, ring, publicUrl: url },
    template,
    { ...terms, purpose },
    holder,
    newId(),
    clock.now(),
  )
  const make = newCertificateMaker({
    ring,
    publicUrl: url,
    templates: { exact: async () => template },
    workshop: newWorkshop(url),
  })
  const { attachment } = await make({ ...request.request, policy: inForce.number }, request.plan)
  return attachment.content
}

function builtIn(name: string): TemplateFiles {
  const template = designTemplate(name)
  if (template !== null) return { template, files: {} }
  throw new Fault(
    'template_unknown',
    'There is no template at this path, and no built-in design of this name.',
    'Check --template.',
  )
}
