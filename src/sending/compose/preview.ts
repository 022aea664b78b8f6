import { fieldMissing, fill, type ValueFor, valueIn } from './field.ts'
import { printHtml } from './print.ts'
import type { Template } from './template.ts'
import type { Addressing } from './track.ts'

/** What a reader would see; its links are as written, and the reader's own controls lead nowhere. */
export interface Preview {
  readonly subject: string
  readonly html: string | null
  readonly text: string | null
}

export interface Previewed {
  readonly email: string
  readonly name: string | null
  readonly merge: Readonly<Record<string, string>>
}

/** A mail for nobody: no token is minted, nothing is kept. Throws `merge_field_missing`. */
export function previewOf(template: Template, { email, name, merge }: Previewed): Preview {
  const valueFor: ValueFor = (field) => {
    if (field === 'unsubscribe_url' || field === 'rights_url') return `#${field}`
    const value = valueIn(merge, name, field) ?? (field === 'email' ? email : null)
    if (value === null) throw fieldMissing()
    return value
  }
  const printed = template.html && printHtml(template.html, { open: 'off', click: 'off' }, valueFor, nowhere)
  return {
    subject: fill(template.subject, valueFor),
    html: printed ? printed.html : null,
    text: template.text && fill(template.text, valueFor),
  }
}

const nowhere: Addressing = { open: () => '', click: () => '', unsubscribe: () => '', rights: () => '' }
