import { z } from 'zod'

/** A template as its author writes it. Places and sizes are millimetres from the upper left corner, type is in points. */
const colour = z.string().regex(/^#[0-9a-f]{6}$/i)
const place = z.number().min(-2000).max(2000)
const words = z.string().max(2000)
const fileName = z.string().regex(/^[\w][\w .-]{0,99}$/)

export const field = z.strictObject({
  text: words,
  x: place,
  /** The baseline of the first line. */
  y: place,
  width: z.number().positive().max(2000),
  align: z.enum(['left', 'center', 'right']).default('left'),
  font: z.string().min(1).max(100).default('Libertinus Serif'),
  weight: z.enum(['regular', 'bold']).default('regular'),
  size: z.number().min(3).max(500),
  /** Down to which size a text may shrink; the size itself when left out: then what is too wide is refused. */
  smallest: z.number().min(3).max(500).optional(),
  /** How many lines it may be broken into. */
  lines: z.int().min(1).max(20).default(1),
  leading: z.number().min(0.5).max(5).default(1.3),
  /** Where further lines go. */
  grow: z.enum(['down', 'up', 'both']).default('down'),
  colour: colour.default('#1d2330'),
  spacing: z.number().min(-0.2).max(2).default(0),
})

export const code = z.strictObject({
  x: place,
  y: place,
  size: z.number().min(18).max(200),
  colour: colour.default('#1d2330'),
})

const mail = z.strictObject({
  subject: words.min(1),
  text: z.string().max(100_000).optional(),
  html: z.string().max(500_000).optional(),
})

export const template = z.strictObject({
  page: z
    .strictObject({ width: z.number().min(30).max(1500), height: z.number().min(30).max(1500) })
    .default({ width: 297, height: 210 }),
  /** A file beside the template: PDF, PNG, JPEG or SVG. */
  background: fileName.optional(),
  /** A built-in drawing in its place. */
  design: z.string().max(50).optional(),
  accent: colour.optional(),
  /** Font files beside the template; their families may be named by fields. */
  fonts: z.array(fileName).max(10).default([]),
  language: z
    .string()
    .regex(/^[a-z]{2}$/)
    .default('en'),
  title: words.optional(),
  issuer: words.optional(),
  /** Lines of a built-in design that say more than the facts. */
  above: words.optional(),
  below: words.optional(),
  fields: z.array(field).max(40).optional(),
  code: code.optional(),
  mail: mail.optional(),
  /** What the attachment is called. */
  file: fileName.default('certificate.pdf'),
})

export type FieldPlan = z.output<typeof field>
export type CodePlan = z.output<typeof code>
export type TemplateText = z.output<typeof template>
