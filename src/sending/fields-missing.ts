import { Fault } from '../base/index.ts'

/** A mail or certificate would show an empty space. The fields are the template's own names, never a value. */
export class FieldsMissing extends Fault {
  readonly fields: readonly string[]

  constructor(missing: readonly string[], next: string) {
    const fields = missing.slice(0, 20)
    super('merge_field_missing', `A merge field has no value: ${fields.join(', ')}.`, next)
    this.fields = fields
  }
}
