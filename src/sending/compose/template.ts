import type { Attachment, Content } from '../../gate/index.ts'
import { analyseHtml, builtIn, type LeftAlone, type Segment } from './analyse.ts'
import { type Branches, everything, namesAsked, namesShownToAll, newDecision } from './branches.ts'
import { branchesOf, type Yes } from './choice.ts'
import { branchedPieces, isYes, type Piece, piecesOf, valueIn } from './field.ts'
import { refuseInjection } from './header.ts'

/** One content, analysed once; what is left for each recipient is joining strings and minting tokens. */
export interface Template {
  readonly subject: readonly Piece[]
  readonly html: readonly Segment[] | null
  readonly text: readonly Piece[] | null
  readonly attachments: readonly { readonly filename: string; readonly contentType: string; readonly content: Buffer }[]
  /** Names of the merge fields that a recipient must have a value for, each once; `email` is always there. */
  readonly fields: readonly string[]
  /** Names that conditions ask for: until they are decided for one recipient, the other parts are those of all branches. */
  readonly asked: readonly string[]
  /** The same template as a recipient gets it, without conditions. */
  readonly decided: (yes: Yes) => Template
  /** Those of `unsubscribe_url` and `rights_url` that the reader does not get to see. */
  readonly hidden: readonly string[]
  /** How many web links of the html stay as their author wrote them, for everybody, and why. */
  readonly left: Readonly<Record<LeftAlone, number>>
}

const nothingLeft: Template['left'] = Object.freeze({ marked: 0, other_host: 0, conditional: 0, not_web: 0 })

/** Throws `header_injection` when the subject or a file name could end its header line. */
export function compileTemplate(content: Content): Template {
  refuseInjection(
    content.subject,
    ...content.attachments.flatMap(({ filename, contentType }) => [filename, contentType]),
  )
  const { conditional = false } = content
  const cut = conditional ? branchedPieces : piecesOf
  const analysis = content.html ? analyseHtml(content.html, conditional) : null
  const branches: Branches = {
    subject: cut(content.subject),
    html: analysis?.segments ?? null,
    text: content.text ? cut(content.text) : null,
    source: content.text || !content.html ? null : conditional ? branchesOf(content.html) : [content.html],
  }
  const seen = new Set(namesShownToAll(branches))
  const rest = {
    attachments: content.attachments.map(decode),
    hidden: [...builtIn].filter((name) => !seen.has(name)),
    left: analysis?.left ?? nothingLeft,
  }
  const asked = namesAsked(branches).filter((name) => !builtIn.has(name) && name !== 'email')
  if (asked.length === 0) return settled({ ...everything(branches), ...rest })
  const decide = newDecision(branches, asked, (parts) => settled({ ...parts, ...rest }))
  return Object.freeze({ ...everything(branches), ...rest, asked, decided: decide })
}

/** A template that is the same for everybody. */
function settled(parts: Omit<Template, 'asked' | 'decided'>): Template {
  const template: Template = Object.freeze({ ...parts, asked: [], decided: () => template })
  return template
}

/** What one recipient gets of a template: its conditions are answered by their own values. */
export function templateFor(
  template: Template,
  merge: Readonly<Record<string, string>>,
  name: string | null,
): Template {
  return template.asked.length === 0 ? template : template.decided((field) => isYes(valueIn(merge, name, field)))
}

const decode = ({ filename, contentType, content }: Attachment) => ({
  filename,
  contentType,
  content: Buffer.from(content, 'base64'),
})

/** How many links may be tracked: their ordinals are from 1 to this. */
export const linkCount = ({ html }: Template): number =>
  (html ?? []).filter((segment) => typeof segment !== 'string' && segment.kind === 'link').length

/** The fields for which this recipient has no value (or a blank one): a refusal at acceptance. `name` is the recipient's own. */
export const missingFields = (
  template: Template,
  merge: Readonly<Record<string, string>>,
  name: string | null = null,
): readonly string[] =>
  templateFor(template, merge, name).fields.filter((field) => valueIn(merge, name, field) === null)

/**
 * What subscribed mail must show and this template does not: `unsubscribe_url`, `rights_url`, both in the html, or in the
 * text where that is all there is.
 */
export const missingRights = (template: Template): readonly string[] => template.hidden
