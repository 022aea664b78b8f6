import { z } from 'zod'
import { clause } from '../clause.ts'
import type { Policy } from '../policy.ts'

const text = 'The public side sets and reads no cookie, whatever a policy says.'
const next = 'Write `cookies: none`; what a text reserves beyond that goes under `statements`, as `asks: [cookie]`.'

/** Identifiers on the reader's side. There are none but the sealed token in a link, and its kind follows from `collect`. */
export const cookies = clause<'none'>({
  name: 'cookies',
  heading: 'Cookies and identifiers',
  example: 'cookies: none',
  controls: ['no-cookie', 'no-referrer'],
  schema: z
    .unknown()
    .refine((written): written is 'none' => written === 'none', {
      params: { code: 'cookie_refused', next },
      error: text,
    })
    .transform(() => 'none' as const)
    .prefault('none'),
  compile: () => {},
  explain: (_written, policy) => [
    { path: ['cookies'], text: 'No cookie is set or read.' },
    { path: ['cookies'], text: identifier(policy), detail: true },
  ],
})

function identifier({ events }: Policy): string {
  const modes = [events.open.mode, events.click.mode]
  if (modes.includes('individual')) {
    return 'A mail whose opens or clicks are recorded carries a sealed random token, another in every mail, which only we can tie to you.'
  }
  if (modes.includes('tally')) return 'The pictures and links of a mail are the same for everybody who gets it.'
  return 'The pictures and links of a mail are left as they were written.'
}
