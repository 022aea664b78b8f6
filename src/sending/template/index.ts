/**
 * Stored templates. In: a name, and the data of one mail. Out: a content whose conditions and lists are decided and whose
 * values are merge fields, so that they go the way of every other value: checked, escaped, sealed, shredded.
 * Forbidden: running anything that a template or its data says; reaching anything that is not in the data itself.
 */
export type { Data, Value } from './expand.ts'
export { convertMjml } from './mjml.ts'
export type { TemplateSource } from './read.ts'
export { type Filled, type MailTemplates, newMailTemplates, type TemplateAnswer } from './templates.ts'
