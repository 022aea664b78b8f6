import { type Clock, dayMillis, digest as digestOf, Fault } from '../../base/index.ts'
import { type Content, refuseCards } from '../../gate/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import { compileTemplate, type Preview, previewOf } from '../compose/index.ts'
import { escapeHtml } from '../compose/print.ts'
import type { Context } from './context.ts'
import { type Data, newExpansion, type Terms } from './expand.ts'
import { partialsOf, type ReadTemplate, readSource, type TemplateSource } from './read.ts'

/** A template filled for one mail: its text with merge fields where values stand, and the values. */
export interface Filled {
  readonly content: Content
  readonly merge: Readonly<Record<string, string>>
}

export interface TemplateAnswer extends TemplateSource {
  readonly name: string
  readonly digest: string
  /** What its data may name. */
  readonly fields: readonly string[]
  readonly versions: readonly { readonly digest: string; readonly storedAt: number; readonly inUse: boolean }[]
}

export interface MailTemplates {
  /** Puts a version into use. Throws what is wrong with it. The one before stays some days under its digest. */
  put(
    name: string,
    source: TemplateSource,
  ): Promise<{ readonly name: string; readonly digest: string; readonly fields: readonly string[] }>
  /** Throws `template_missing`. */
  show(name: string): Promise<TemplateAnswer>
  list(): ReturnType<Ledger['mailTemplates']>
  drop(name: string): Promise<void>
  /** For one message. `reference` is a name, or `name@digest` for one version. Throws `template_unknown`, or what is wrong with the data. */
  fill(reference: string, data: Data, own?: { readonly name?: string | undefined }): Promise<Filled>
  /** What a reader would see of it; nothing is kept. Throws as `fill` and acceptance do. */
  preview(
    reference: string,
    data: Data,
    to: { readonly email: string; readonly name?: string | undefined },
  ): Promise<Preview>
  /** For a campaign: `data` is the sender's own; a field or condition that it does not name is each recipient's. */
  prepare(reference: string, data: Data): Promise<Content>
}

export interface MailTemplateNeeds {
  readonly ledger: Pick<Ledger, 'keepMailTemplate' | 'mailTemplate' | 'mailTemplates' | 'dropMailTemplate'>
  readonly clock: Clock
}

const named = /^[a-z0-9][a-z0-9_-]{0,63}$/
const keptMillis = 30 * dayMillis
const mostPartials = 64

/** Trees are read once a version; at most `room` are at hand, the least recently used goes first. */
export function newMailTemplates({ ledger, clock }: MailTemplateNeeds, room = 32): MailTemplates {
  const held = new Map<string, ReadTemplate>()

  async function gather(source: TemplateSource) {
    const partials = new Map<string, TemplateSource>()
    const digests: string[] = []
    const waiting = [...partialsOf(source)]
    for (let name = waiting.pop(); name !== undefined && partials.size < mostPartials; name = waiting.pop()) {
      const found = partials.has(name) ? null : await ledger.mailTemplate(name)
      if (!found) continue
      const partial = unpacked(found.source)
      partials.set(name, partial)
      digests.push(`${name} ${found.digest}`)
      waiting.push(...partialsOf(partial))
    }
    return { partials, key: digests.sort().join() }
  }

  async function read(reference: string): Promise<ReadTemplate> {
    const [name = '', digest] = reference.split('@')
    const stored = named.test(name) ? await ledger.mailTemplate(name, digest) : null
    if (!stored) throw unknown()
    const source = unpacked(stored.source)
    const { partials, key } = await gather(source)
    const whole = `${stored.name} ${stored.digest} ${key}`
    const template = held.get(whole) ?? readSource(source, partials)
    held.delete(whole)
    held.set(whole, template)
    for (const each of held.keys()) if (held.size > room) held.delete(each)
    return template
  }

  async function fill(
    reference: string,
    data: Data,
    own: { readonly name?: string | undefined } = {},
  ): Promise<Filled> {
    const template = await read(reference)
    const names = new Map<string, string>()
    const show: Terms['show'] = (value) => {
      const name = names.get(value) ?? `_v${names.size + 1}`
      names.set(value, name)
      return `{{${name}}}`
    }
    // What the data does not name may still be the recipient's own address or name.
    const ask = (name: string): boolean => name === 'name' && (own.name ?? '').trim() !== ''
    const content = written(template, data, { show, missing: left, ask })
    refuseCards(textsIn(data))
    return { content, merge: Object.fromEntries([...names].map(([value, name]) => [name, value])) }
  }

  return {
    put: async (name, source) => {
      if (!named.test(name)) {
        throw new Fault(
          'template_name_invalid',
          'A template has a name of small letters, digits, _ and -, at most 64 of them.',
          'Choose such a name, welcome-2 for instance.',
        )
      }
      const { partials } = await gather(source)
      const { fields } = readSource(source, partials)
      const packed = JSON.stringify(source)
      const digest = digestOf(packed)
      const now = clock.now()
      await ledger.keepMailTemplate({ name, digest, source: packed }, now, now + keptMillis)
      return { name, digest, fields }
    },
    show: async (name) => {
      const stored = named.test(name) ? await ledger.mailTemplate(name) : null
      if (!stored) throw missing()
      const all = (await ledger.mailTemplates()).filter((each) => each.name === name)
      const versions = all.map(({ digest, storedAt, inUse }) => ({ digest, storedAt, inUse }))
      const source = unpacked(stored.source)
      const { partials } = await gather(source)
      return { name, digest: stored.digest, ...source, fields: readSource(source, partials).fields, versions }
    },
    list: () => ledger.mailTemplates(),
    drop: async (name) => {
      if (!(await ledger.dropMailTemplate(name))) throw missing()
    },
    fill,
    preview: async (reference, data, { email, name = null }) => {
      const { content, merge } = await fill(reference, data, { name: name ?? undefined })
      return previewOf(compileTemplate(content), { email, name, merge })
    },
    prepare: async (reference, data) => {
      let open = false
      const ask = () => {
        open = true
        return null
      }
      const content = written(await read(reference), data, { show: inline, missing: left, ask })
      return open ? { ...content, conditional: true } : content
    },
  }
}

function written({ subject, html, text }: ReadTemplate, data: Data, terms: Terms): Content {
  const expand = newExpansion(data, terms)
  return {
    subject: subject ? expand(subject) : '',
    html: html && expand(html),
    text: text && expand(text),
    attachments: [],
  }
}

/** A field without a value stays a field: acceptance fills it from the recipient, or refuses (`merge_field_missing`). */
function left(name: string, context: Context): string {
  if (context !== 'url' && context !== 'style') return `{{${name}}}`
  throw new Fault(
    'merge_field_missing',
    `A merge field that becomes the address of a link or a style has no value: ${name}.`,
    'Give it in `data`, where it can be checked.',
  )
}

/** The sender's own words become part of the text itself; two braces among them would be a field of the recipients. */
function inline(value: string, context: Context): string {
  if (!value.includes('{{')) return context === 'plain' ? value : escapeHtml(value)
  throw new Fault(
    'template_value_invalid',
    'A value of the campaign holds two braces, which recipients’ fields begin with.',
    'Take them out of `data`; fields of the recipients belong into the template.',
  )
}

const textsIn = (value: Data[string]): readonly string[] =>
  typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(textsIn)
    : typeof value === 'string' || typeof value === 'number'
      ? [String(value)]
      : []

/** Written by `put` alone. */
const unpacked = (text: string): TemplateSource => JSON.parse(text) as TemplateSource

const unknown = (): Fault =>
  new Fault(
    'template_unknown',
    'There is no such template, or no longer this version of it.',
    'Put it with PUT /v1/templates/{name}, or send `subject` and `html` or `text`.',
  )

const missing = (): Fault =>
  new Fault('template_missing', 'There is no template of this name.', 'GET /v1/templates lists those there are.')
