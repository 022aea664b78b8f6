/**
 * Providers' notices. In: what a webhook was sent. Out: a bounce or a complaint, or the fault that says why it is believed
 * by nobody. Forbidden: keeping or quoting any of it.
 */
export type { Door } from './door.ts'
export { newMailgunDoor } from './mailgun.ts'
export type { Notification } from './notification.ts'
export { newPostmarkDoor } from './postmark.ts'
export { newSnsDoor } from './sns.ts'
