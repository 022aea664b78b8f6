import { z } from 'zod'
import { clause } from '../clause.ts'

const text = 'This software sells and rents nothing, so that no policy of it can reserve the right to.'
const next = 'Write `sale: prohibited`; what a text reserves beyond that goes under `statements`, as `asks: [sale]`.'

/** Whether data may be sold or rented. A text that wants more is kept under `statements`, and refused. */
export const sale = clause<'prohibited'>({
  name: 'sale',
  heading: 'Sale',
  example: 'sale: prohibited',
  controls: ['never-done'],
  schema: z
    .unknown()
    .refine((written): written is 'prohibited' => written === 'prohibited', {
      params: { code: 'sale_refused', next },
      error: text,
    })
    .transform(() => 'prohibited' as const)
    .prefault('prohibited'),
  compile: (written, draft) => {
    draft.sale = written
  },
  explain: () => [{ path: ['sale'], text: 'Nothing about you is sold or rented.' }],
})
