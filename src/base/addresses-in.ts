import { isIP } from 'node:net'

const mailbox = /[^\s@]@[\p{L}\p{N}-]+\.[\p{L}\p{N}]/u
const fourParts = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)/gu
const colons = /(?<![\p{L}\p{N}_:])[\da-f:]{3,}(?![\p{L}\p{N}_])/giu

/**
 * True for a text in which an email address or an IP address stands: it tells of one person and is not for everybody. Those
 * that are `published` anyway, to whom a sender's readers may turn, tell of nobody.
 */
export function holdsAddress(whole: string, published: readonly string[] = []): boolean {
  const text = published.filter(Boolean).reduce((rest, own) => rest.replaceAll(own, ' '), whole)
  const found = [...text.matchAll(fourParts), ...text.matchAll(colons)]
  // The colon behind one is the sentence's.
  return mailbox.test(text) || found.some(([part]) => isIP(part) !== 0 || isIP(part.replace(/:$/, '')) !== 0)
}
