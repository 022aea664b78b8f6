import { Fault } from '../../base/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import { designNames, designOf, designTemplate } from './design/index.ts'
import { type Bundle, type CertificateTemplate, digestOf, readTemplate } from './template.ts'

/** Templates as accept and compose ask for them. */
export interface Templates {
  /** The one in use, or a built-in design of that name. Throws `template_unknown`. */
  named(name: string): Promise<CertificateTemplate>
  /** The very one that a message was accepted with. Throws `template_gone`. */
  exact(digest: string): Promise<CertificateTemplate>
}

/** Read once each; at most `room` of them are at hand, the least recently used goes first. */
export function newTemplates(ledger: Pick<Ledger, 'templateNamed' | 'templateOf'>, room = 8): Templates {
  const held = new Map<string, CertificateTemplate>()

  function hold(digest: string, read: () => CertificateTemplate): CertificateTemplate {
    const template = held.get(digest) ?? read()
    held.delete(digest)
    held.set(digest, template)
    for (const each of held.keys()) if (held.size > room) held.delete(each)
    return template
  }

  const builtIn = (name: string): CertificateTemplate | null => {
    const text = designTemplate(name)
    const bundle = text === null ? null : { template: text, files: {} }
    return bundle && hold(digestOf(bundle), () => readTemplate(bundle, designOf))
  }

  return {
    named: async (name) => {
      const stored = await ledger.templateNamed(name)
      if (stored) return hold(stored.digest, () => readTemplate(unpacked(stored.bundle), designOf))
      return builtIn(name) ?? unknown()
    },
    exact: async (digest) => {
      const found = held.get(digest)
      if (found) return found
      const stored = await ledger.templateOf(digest)
      if (stored) return hold(digest, () => readTemplate(unpacked(stored.bundle), designOf))
      return designNames.map(builtIn).find((each) => each?.digest === digest) ?? gone()
    },
  }
}

/** A bundle as one row of the store: JSON, its files in base64. */
export const packed = ({ template, files }: Bundle): Buffer =>
  Buffer.from(
    JSON.stringify({
      template,
      files: Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, bytes.toString('base64')])),
    }),
  )

function unpacked(bytes: Uint8Array): Bundle {
  // Written by `packed` alone.
  const { template, files } = JSON.parse(Buffer.from(bytes).toString()) as {
    readonly template: string
    readonly files: Readonly<Record<string, string>>
  }
  const decoded = Object.entries(files).map(([name, text]) => [name, Buffer.from(text, 'base64')] as const)
  return { template, files: Object.fromEntries(decoded) }
}

function unknown(): never {
  throw new Fault(
    'template_unknown',
    'There is no certificate template of this name.',
    `Put it with PUT /v1/certificate-templates/{name}, or use one that is built in: ${designNames.join(', ')}.`,
  )
}

function gone(): never {
  throw new Fault(
    'template_gone',
    'The template that the certificate was accepted with is no longer kept.',
    'Send the certificate again.',
  )
}
