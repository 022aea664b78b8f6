import type { MailWords } from './words.ts'

export const en: MailWords = {
  open: {
    subject: 'Your data at {controller}',
    before: [
      'Somebody, most likely you, asked us for the page on which you can see everything that {controller} holds about you, correct it, take it with you or have it erased.',
    ],
    link: 'Open my page',
    after: [
      'The link works for one hour and once. Do not pass this mail on: whoever opens the link sees your data.',
      'If you did not ask for it, leave it alone. Nothing changes, and nobody but you has this link.',
      'Questions go to {contact}.',
    ],
  },
  confirm: {
    subject: 'Please confirm your new address',
    before: ['Somebody, most likely you, gave {controller} this address in the place of an earlier one.'],
    link: 'Confirm this address',
    after: [
      'The link works for one hour. Until then the earlier address counts.',
      'If this was not you, leave it alone: then nothing changes, and this address is forgotten.',
      'Questions go to {contact}.',
    ],
  },
}
