import { Fault } from '../../../base/index.ts'
import type { DesignOf } from '../template.ts'
import { classic } from './classic.ts'
import { modern } from './modern.ts'

const designs = { classic, modern } as const

export const designNames: readonly string[] = Object.keys(designs)

const isDesign = (name: string): name is keyof typeof designs => Object.hasOwn(designs, name)

/** The built-in drawing that the template names, or the first one if it draws nothing itself. Throws `template_design_unknown`. */
export const designOf: DesignOf = (text) => {
  const name = text.design ?? 'classic'
  if (isDesign(name)) return designs[name](text)
  throw new Fault(
    'template_design_unknown',
    'The template names a design that is not built in.',
    `Use one of: ${designNames.join(', ')}.`,
  )
}

/** A design as a template of its own: for whoever has none. */
export const designTemplate = (name: string): string | null => (isDesign(name) ? `design: ${name}\n` : null)
