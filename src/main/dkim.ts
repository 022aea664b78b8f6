import { readFileSync } from 'node:fs'
import { Fault } from '../base/index.ts'
import { type DkimKey, readDkimKey } from '../transport/index.ts'

/**
 * The keys of `LETHE_DKIM`, as `domain:selector:file` with commas between them; two of one domain sign each mail twice.
 * Throws `dkim_invalid`, and `dkim_key_invalid` for a file that is not there or holds no key to sign with.
 */
export function readDkimKeys(text: string): readonly DkimKey[] {
  const entries = text.split(',').map((entry) => entry.trim())
  return entries.filter(Boolean).map((entry) => {
    const [domain = '', selector = '', ...path] = entry.split(':')
    if (!domain || !selector || path.length === 0) throw malformed()
    return readDkimKey(domain.toLowerCase(), selector, contentOf(path.join(':')))
  })
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Fault(
      'dkim_key_invalid',
      'A key file of LETHE_DKIM cannot be read.',
      'Check its path, and that Lethe may read it.',
      { cause },
    )
  }
}

const malformed = () =>
  new Fault(
    'dkim_invalid',
    'LETHE_DKIM is not a list of keys.',
    'Write each as domain:selector:file, such as example.org:mail2026:/etc/lethe/dkim.pem, with commas between them.',
  )
