import { equal, must } from '../row.ts'
import { linksIn, received, send, trackingConsent } from '../stage/letters.ts'
import type { Stage } from '../stage/stage.ts'

// Mail ends its lines with CRLF on the wire (RFC 5321 section 2.3.8), so that is what is handed in.
const composed = [
  '<html><body><p>Hello, <b>you</b></p><a href="https://target.example/a?x=1&amp;y=2">a</a>',
  `<a href='https://target.example/ü'>b</a><map><area href="https://target.example/c"></map>`,
  '<img src="https://pictures.example/p.png"></body></html>',
].join('\r\n')

/** The HTML that arrives is the HTML that was handed in, byte for byte, whoever consented to what. */
export async function leftUntouched(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'untouched@people.example'
  const answer = await send(lethe, to, { html: composed, consent: trackingConsent() })
  equal([answer.tracked.opens, answer.tracked.clicks], [false, false], 'tracked')
  const html = await received(await stage.sink(), to)
  equal(html.trim(), composed, 'the HTML that arrived')
  for (const route of ['o', 'c']) equal(linksIn(html, route), [], `/${route}/ links`)
  const elsewhere = await stage.once('strict', async () => stage.start(await stage.swift({ LETHE_POLICY: 'strict' })))
  await send(elsewhere, `other.${to}`, { html: composed, consent: trackingConsent() })
  const tracked = await received(await stage.sink(), `other.${to}`)
  must(tracked.trim() !== composed && linksIn(tracked, 'o').length === 1, 'the comparison does not see a tracked mail')
  return 'the delivered HTML is byte-identical to the composed one, with a tracking consent at hand; under strict the same mail is rewritten'
}

/** Without a tracking consent: no pixel, the original links, delivered all the same. */
export async function untrackedWithoutConsent(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'unasked@people.example'
  await send(lethe, to, { html: composed })
  equal((await received(await stage.sink(), to)).trim(), composed, 'the HTML that arrived without a consent')
  return 'without a tracking consent the mail leaves untouched'
}
