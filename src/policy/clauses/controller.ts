import { parseAddress } from '../../base/index.ts'
import { clause } from '../clause.ts'
import { sentence, table } from '../shapes.ts'

/** Who answers for the data (GDPR Art. 4(7)), and where people can write. Slots in what is shipped. */
export const controller = clause({
  name: 'controller',
  heading: 'Who answers for this',
  example: 'controller: { name: Example Ltd, contact: privacy@example.org, address: "1 Example Street" }',
  controls: ['reachable-contact'],
  schema: table({
    ...{ name: sentence, contact: sentence, address: sentence },
    // GDPR Art. 13(1)(b) and (2)(d): where there is an officer, and whom people can complain to.
    officer: sentence.optional(),
    authority: sentence.optional(),
  }),
  compile: ({ name, contact }, draft, report) => {
    draft.controller = Object.freeze({ name, contact })
    if (draft.unfilled.includes('controller.contact') || parseAddress(contact) || isPage(contact)) return
    const next = 'Write an email address that is read, or the https address of a contact page.'
    report.fault(['controller', 'contact'], 'contact_unusable', 'Nobody can write to this contact.', next)
  },
  explain: ({ name, contact, address, officer, authority }) => [
    { path: ['controller', 'name'], text: `${name} decides what happens to your data and answers for it.` },
    { path: ['controller', 'contact'], text: `Questions, requests and concerns go to: ${contact}` },
    { path: ['controller', 'address'], text: `By post: ${address}` },
    ...(officer ? [{ path: ['controller', 'officer'], text: `The data protection officer: ${officer}` }] : []),
    ...(authority ? [{ path: ['controller', 'authority'], text: `You can also complain to: ${authority}` }] : []),
  ],
})

const isPage = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === 'https:'
