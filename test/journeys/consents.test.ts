import { describe, expect, it } from 'vitest'
import { environment, type Lethe, run, startLethe, until } from './lethe.ts'
import { findNeedles } from './needles.ts'
import { flush } from './raw-store.ts'
import { shapes } from './shapes.ts'

interface Letter {
  readonly to: string
  readonly text: string
}

const wording = 'Yes, send me the harbour letter.'
const evidence = ['--at', '2026-06-01T10:00:00Z', '--source', 'phone', '--wording', 'Please write to me again.']

async function lastLetter(lethe: Lethe, to: string, count: number): Promise<string> {
  const letters = await until(async () => {
    const { json } = await lethe.call<{ mails: Letter[] }>('GET', `/v1/mailbox?to=${encodeURIComponent(to)}`)
    return json.mails.length >= count ? json.mails : null
  }, 60)
  expect(letters, `${count} mails to the address`).not.toBeNull()
  return letters!.at(-1)!.text
}

const news = async (lethe: Lethe, email: string) => {
  const html = '<p>{{unsubscribe_url}} {{rights_url}}</p>'
  const body = { to: { email }, purpose: 'campaign', subject: 'News', html }
  return (await lethe.call<{ status: string; reason?: string }>('POST', '/v1/messages', body)).json
}

describe.each(shapes)('a consent and a no, on $name', ({ open }) => {
  it('are asked twice, kept, taken over from elsewhere, and lifted by whom they concern', async () => {
    const shape = await open()
    const env = await environment({ ...shape.settings, LETHE_POLICY: 'strict', LETHE_SMTP: 'capture:' })
    const lethe = await startLethe(env)
    const email = 'kqadelheid@people.example'
    const ask = () =>
      lethe.call('POST', '/v1/consents', { email, purpose: 'campaign', state: 'requested', wording, language: 'fr' })

    // Double opt-in: scanners follow the link, and nobody is subscribed by that.
    expect((await ask()).status).toBe(202)
    const link = /http:\/\/\S+\/confirm\/\S+/.exec(await lastLetter(lethe, email, 1))![0]
    for (const method of ['GET', 'HEAD', 'GET']) expect((await lethe.hit(link, {}, method)).status).toBe(200)
    expect((await lethe.hit(link)).body.toString()).toContain('Confirmez-vous')
    expect(await news(lethe, email)).toMatchObject({ status: 'refused', reason: 'consent_missing' })
    expect((await lethe.hit(link, {}, 'POST')).status).toBe(200)
    expect((await news(lethe, email)).status).toBe('queued')
    await lastLetter(lethe, email, 2)

    // Erased, and back by a new request that only the owner of the address can confirm.
    const erased = await run(['subject', 'erase'], env, `${email}\n`)
    expect(erased.code, erased.err).toBe(0)
    expect((await lethe.hit(link, {}, 'POST')).status, 'the old link brings nobody back').toBe(410)
    const refused = await run(['suppression', 'lift', '--json', ...evidence], env, email)
    expect([refused.code, JSON.parse(refused.out).faults[0].code]).toEqual([1, 'confirmation_needed'])
    expect((await ask()).status).toBe(202)
    const again = /http:\/\/\S+\/confirm\/\S+/.exec(await lastLetter(lethe, email, 3))![0]
    expect(await news(lethe, email)).toMatchObject({ status: 'refused', reason: 'suppressed' })
    expect((await lethe.hit(again, {}, 'POST')).status).toBe(200)
    expect((await news(lethe, email)).status).toBe('queued')

    // Another system's list, beside the running Lethe.
    const csv = 'EmailAddress,SuppressionReason\nkqbernhard@people.example,HardBounce\nno address,x\n'
    const taken = await run(['suppression', 'import', '--json'], env, csv)
    expect([taken.code, JSON.parse(taken.out)], taken.err).toMatchObject([0, { imported: 1, faulty: 1 }])
    expect(await news(lethe, 'kqbernhard@people.example')).toMatchObject({ reason: 'suppressed' })
    const lifted = await run(
      ['suppression', 'lift', '--purpose', 'campaign', ...evidence],
      env,
      'kqbernhard@people.example',
    )
    expect(lifted.code, lifted.err).toBe(0)
    expect((await news(lethe, 'kqbernhard@people.example')).status).toBe('queued')
    await lastLetter(lethe, 'kqbernhard@people.example', 1)
    expect(await lethe.stop()).toBe(0)

    // And without one. The addresses of that list are on no disk: a control shows that the search can see.
    const alone = await run(['suppression', 'import', '--format', 'ndjson'], env, '"kqclara@people.example"\n')
    expect([alone.code, alone.out], alone.err).toEqual([0, '1 addresses taken over.\n'])
    const listed = JSON.parse((await run(['suppression', 'list', '--json'], env)).out)
    expect(listed.suppressions.length).toBeGreaterThan(1)
    expect(JSON.stringify(listed)).not.toContain('people.example')
    const folders = [env.LETHE_DATA, ...shape.folders]
    await flush(env)
    expect(findNeedles(folders, [wording]).length, 'a wording lies in clear').toBeGreaterThan(0)
    expect(findNeedles(folders, ['kqadelheid', 'kqbernhard', 'kqclara'])).toEqual([])
    const audit = await run(['audit', '--json'], env)
    const { findings } = JSON.parse(audit.out)
    const marks = findings.find(({ check }: { check: string }) => check === 'store.marks')
    expect(marks).toMatchObject({ result: 'proved' })
    await shape.close()
  }, 240_000)
})
