import { Fault } from '../../base/index.ts'

/** Loads MJML's own library, which is not part of Lethe's installation; null where it is not there. */
export type LoadMjml = () => Promise<unknown>

// A name in a variable: the compiler must not look for a package that need not be there.
const library: string = 'mjml'
const installed: LoadMjml = () => import(library)

const options = {
  validationLevel: 'strict',
  ignoreIncludes: true,
  keepComments: false,
  // Left to itself it has every reader's program fetch fonts from a third party, which no policy here declares.
  fonts: {},
}

/**
 * HTML from MJML, made once when a template is put. Throws `mjml_missing` without its library, `mjml_invalid` for what it
 * refuses. Files are never read: `mj-include` is refused, `{{> template}}` does the same.
 */
export async function convertMjml(source: string, load: LoadMjml = installed): Promise<string> {
  if (/<mj-include\b/i.test(source)) {
    throw new Fault('mjml_invalid', 'The MJML includes a file.', 'Bring other templates in with {{> name}} instead.')
  }
  // Its parser is lenient: what is no MJML would become a page without words.
  if (!/<mjml\b/i.test(source)) throw invalid('This is no MJML: it has no <mjml> element.')
  const convert = convertIn(await load().catch(() => null))
  if (!convert) {
    throw new Fault('mjml_missing', 'MJML is not installed beside Lethe.', 'Run npm install mjml, or put `html`.')
  }
  let answer: unknown
  try {
    answer = await convert(source, options)
  } catch (cause) {
    // The library's own words quote the source and its folder: only the fact and the line are said.
    throw invalid(`MJML refuses this source${lineIn(cause)}.`, cause)
  }
  const html = typeof answer === 'object' && answer !== null && 'html' in answer ? answer.html : null
  if (typeof html === 'string' && html !== '') return html
  throw invalid('MJML made no HTML of this source.')
}

const invalid = (sentence: string, cause?: unknown): Fault =>
  new Fault('mjml_invalid', sentence, 'Check it with the MJML editor of your choice.', { cause })

/** Its validation lists what is wrong with the line of each. */
function lineIn(cause: unknown): string {
  const errors: unknown = typeof cause === 'object' && cause !== null && 'errors' in cause ? cause.errors : null
  const first: unknown = Array.isArray(errors) ? errors[0] : null
  const line: unknown = typeof first === 'object' && first !== null && 'line' in first ? first.line : null
  return Number.isSafeInteger(line) ? ` in line ${line}` : ''
}

type Convert = (source: string, options: object) => unknown

/** The converter is the package itself, or its default export, as versions differ. */
function convertIn(loaded: unknown): Convert | null {
  const inner = typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : loaded
  return typeof inner === 'function' ? (inner as Convert) : null // a function of an untyped package
}
