import { z } from 'zod'
import { clause } from '../clause.ts'
import { listed } from '../phrase.ts'
import { countryCode, hostName, sentence, table } from '../shapes.ts'

const processor = table({
  name: sentence,
  hosts: z.array(hostName).min(1).max(50),
  country: countryCode,
  does: sentence,
  essential: z.boolean(),
  agreement: sentence,
})

/** Those who handle the data for the controller (GDPR Art. 28). Mail goes to no host outside this list but loopback. */
export const processors = clause({
  name: 'processors',
  heading: 'Who else sees it',
  example:
    'processors: [{ name: Mail Co, hosts: [smtp.mail.example], country: DE, does: hands mail over, essential: true, agreement: contract of 2027-01-01 }]',
  controls: ['closed-egress', 'vetted-processors'],
  schema: z.array(processor).max(50),
  compile: (written, draft, report) => {
    const compiled = written.map(({ name, hosts, country, essential, agreement, does }) =>
      Object.freeze({ name, hosts: Object.freeze([...hosts]), country, essential, agreement, purpose: does }),
    )
    draft.processors = Object.freeze(compiled)
    const seen = new Set<string>()
    for (const [index, { name, essential }] of written.entries()) {
      const path = ['processors', index]
      if (seen.has(name)) report.fault(path, 'processor_twice', 'This processor stands here twice.', 'Join the two.')
      seen.add(name)
      if (!essential) {
        const next = 'Remove it, or say why the service cannot do without it and write `essential: true`.'
        report.warn(path, 'processor_inessential', 'This processor is not essential, and yet it gets data.', next)
      }
    }
  },
  explain: (written, { unfilled }) => {
    if (unfilled.includes('processors')) return [{ path: ['processors'], text: 'Not filled in yet: the processors.' }]
    if (!written.length) return [{ path: ['processors'], text: 'Nobody else: no processor gets any of it.' }]
    const told = written.map(({ name, country, does, hosts, agreement, essential }, index) => ({
      path: ['processors', index],
      text: `${name} (${country}) ${does}, under ${agreement}${essential ? '' : ' (not essential)'}: ${listed(hosts)}.`,
    }))
    return [...told, { path: ['processors'], text: 'Mail is handed to no other host.' }]
  },
  widens: (base, mine, scope) =>
    (scope === 'ceiling' ? [] : mine).flatMap(({ name, hosts }, index) => {
      const allowed = new Set(base.filter((each) => each.name === name).flatMap((each) => each.hosts))
      return hosts.every((host) => allowed.has(host))
        ? []
        : [{ path: ['processors', index], sentence: 'This processor, or a host of it, is not in what is extended.' }]
    }),
})
