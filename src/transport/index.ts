/**
 * The way out: SMTP, and a mailbox for trying out. In: one composed mail. Out: what became of it, as a class and a code.
 * Forbidden: files, URLs, more than one recipient, and letting a server's words escape.
 */
export { type DkimKey, dkimRecord, readDkimKey } from './dkim.ts'
export { type OpenedTransport, openTransport, type TransportOptions } from './open.ts'
export type * from './transport.ts'
