/**
 * From content to mail. In: one content for all recipients, then one recipient's values and tracking plan at a time.
 * Out: a Mail, with tokens only where the plan allows them and every other byte as its author wrote it.
 * Forbidden: storage, queues, sockets; and any guess at a value that is missing.
 */
export { isYes, valueIn } from './field.ts'
export { isHeaderSafe, refuseInjection } from './header.ts'
export { type Preview, previewOf } from './preview.ts'
export { type RenderedMail, type Rendering, renderMail, subjectOf } from './render.ts'
export { compileTemplate, linkCount, missingFields, missingRights, type Template, templateFor } from './template.ts'
export type { SharedIssue } from './track.ts'
