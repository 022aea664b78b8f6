/**
 * Shapes that personal data has when it leaks into text that should hold ids and codes only. A shape can miss a name, so a
 * clean text is evidence and not proof of everything; the byte searches of the test suite look for known values.
 */
const shapes: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['address', /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}\b/],
  ['ipv4', /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/],
  ['ipv6', /(?<![0-9a-f:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![0-9a-f:])/i],
  ['user agent', /Mozilla\/\d|AppleWebKit|Gecko\/\d/],
  ['url', /https?:\/\//i],
  ['smtp answer', /\b[245]\d\d[ -][245]\.\d{1,3}\.\d{1,3}\b/],
]

/** The names of the shapes found in `text`, none of the text itself. */
export const residue = (text: string): readonly string[] =>
  shapes.filter(([, pattern]) => pattern.test(text)).map(([name]) => name)
