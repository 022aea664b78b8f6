/** One transparent pixel, GIF89a: the same 43 bytes for everyone, for ever. */
export const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')
