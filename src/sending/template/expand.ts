import { Fault, refuseControls } from '../../base/index.ts'
import { builtIn } from '../compose/analyse.ts'
import type { Context } from './context.ts'
import type { Node } from './parse.ts'

/** What a template is filled with: JSON, and nothing that could be called. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value }
export type Data = { readonly [name: string]: Value }

/** Where a value that is to be shown goes; answers what stands for it in the text. */
export type Show = (value: string, context: Context) => string

export interface Terms {
  readonly show: Show
  /** What stands for a field without a value; throws where that is a fault. */
  readonly missing: (name: string, context: Context) => string
  /** The answer to a condition that the data does not name; null where each recipient answers it when their mail is composed. */
  readonly ask?: (name: string) => boolean | null
}

export const longestOutput = 2_000_000
const mostRounds = 10_000

type Block = Extract<Node<Context>, { readonly body: unknown }>

/** Writes a tree with its data: conditions and lists are decided, values handed to `show`. Its output and its work are bounded. */
export function newExpansion(
  data: Data,
  { show, missing, ask = () => false }: Terms,
): (nodes: readonly Node<Context>[]) => string {
  let length = 0
  let rounds = 0

  function write(nodes: readonly Node<Context>[], scopes: readonly Value[]): string {
    let text = ''
    for (const node of nodes) {
      const piece = typeof node === 'string' ? node : one(node, scopes)
      // A block's own pieces were counted as they were written.
      if (typeof node === 'string' || node.kind === 'field') length += piece.length
      if (length > longestOutput) throw tooLarge()
      text += piece
    }
    return text
  }

  function one(node: Exclude<Node<Context>, string>, scopes: readonly Value[]): string {
    if (node.kind === 'field') return field(node.name, node.context, scopes)
    const value = lookUp(node.name, scopes)
    if (node.kind === 'each') return each(node, value, scopes)
    const answer = value === undefined ? answerFor(node.name) : isTrue(value)
    if (answer === null) return open(node, scopes)
    return write(answer === (node.kind === 'if') ? node.body : node.otherwise, scopes)
  }

  /** What `this` has is the list's own affair; a reader's own controls and address are always there. */
  const answerFor = (name: string): boolean | null =>
    builtIn.has(name) || name === 'email' || (!name.startsWith('this.') && ask(name))

  function open({ kind, name, body, otherwise }: Block, scopes: readonly Value[]): string {
    const rest = otherwise.length > 0 ? `{{else}}${write(otherwise, scopes)}` : ''
    return `{{#${kind} ${name}}}${write(body, scopes)}${rest}{{/${kind}}}`
  }

  function each({ name, body, otherwise }: Block, value: Value | undefined, scopes: readonly Value[]): string {
    if (value === undefined && ask(name) === null) throw listMissing(name)
    if (value === undefined || value === null) return write(otherwise, scopes)
    if (!isList(value)) throw invalid('A value that {{#each}} names is no list.')
    if (value.length === 0) return write(otherwise, scopes)
    let text = ''
    for (const item of value) {
      if (++rounds > mostRounds) throw tooLarge()
      text += write(body, [...scopes, item])
    }
    return text
  }

  function field(name: string, context: Context, scopes: readonly Value[]): string {
    if (builtIn.has(name)) return `{{${name}}}`
    const value = lookUp(name, scopes)
    if (value === undefined || value === null || value === '') return missing(name, context)
    if (typeof value === 'object') throw invalid('A field names a list or an object, which is no text.')
    const text = String(value).toWellFormed()
    refuseControls(text)
    if (context === 'url' && !address.test(text)) throw unsafe('the address of a link or picture')
    if (context === 'style' && !harmless.test(text)) throw unsafe('a style')
    return show(context === 'part' ? encodeURIComponent(text) : text, context)
  }

  return (nodes) => write(nodes, [data])
}

// What a reader follows and no reader runs. Blanks and controls before a scheme are dropped by browsers: here they are none.
const address = /^(?:https?:\/\/[^\s/]|mailto:|tel:|sms:)/i
const harmless = /^[\p{L}\p{N} #.,%-]*$/u

const isList = (value: Value): value is readonly Value[] => Array.isArray(value)

/** The innermost scope that has it; `this` is the item itself. Own properties only: nothing is reached through a prototype. */
function lookUp(name: string, scopes: readonly Value[]): Value | undefined {
  if (name === 'this') return scopes.at(-1)
  for (const scope of [...scopes].reverse()) {
    const whole = own(scope, name)
    if (whole !== undefined) return whole
    const [first = '', ...rest] = name.split('.')
    const found = rest.reduce<Value | undefined>(own, own(first === 'this' ? { this: scope } : scope, first))
    if (found !== undefined) return found
  }
  return undefined
}

const own = (value: Value | undefined, name: string): Value | undefined =>
  typeof value === 'object' && value !== null && !isList(value) && Object.hasOwn(value, name) ? value[name] : undefined

/** As readers of a template expect: nothing, zero, no, an empty text and an empty list are no. */
const isTrue = (value: Value | undefined): boolean =>
  typeof value === 'object' && value !== null ? !isList(value) || value.length > 0 : Boolean(value)

const invalid = (sentence: string): Fault =>
  new Fault('template_value_invalid', sentence, 'Give text, a number, true or false to show or ask; a list to repeat.')

const listMissing = (name: string): Fault =>
  new Fault(
    'template_list_missing',
    `The list "${name}" is not in the campaign's data, and a recipient has no lists.`,
    'Give it in `data`, an empty one where there is nothing to repeat.',
  )

const unsafe = (place: string): Fault =>
  new Fault(
    'template_value_unsafe',
    `A value that is to become ${place} is none that may.`,
    'Links begin with https://, http://, mailto:, tel: or sms:; styles are names, numbers and colours.',
  )

const tooLarge = (): Fault =>
  new Fault(
    'template_output_too_large',
    `The template grows past ${longestOutput} characters or ${mostRounds} rounds with this data.`,
    'Shorten the lists, or the template.',
  )
