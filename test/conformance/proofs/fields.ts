import { equal, must } from '../row.ts'
import { post } from '../stage/letters.ts'
import type { Stage } from '../stage/stage.ts'
import { grantRefused } from './refused.ts'
import { searched } from './search.ts'

const pan = '4539 1488 0343 6467'
const notPan = '4539 1488 0343 6468' // fails the check digit

/** A payment card's number has no place in mail: refused at the door, and no byte of it anywhere. */
export async function cardRefused(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const message = (card: string) => ({
    to: { email: 'card@people.example' },
    ...{ subject: 's', text: 'Paid by {{card}}.', purpose: 'deliver', data: { card } },
  })
  for (const card of [pan, pan.replaceAll(' ', ''), pan.replaceAll(' ', '-')]) {
    const answer = await post(lethe, message(card))
    equal([answer.status, answer.json.code], [422, 'card_number'], 'a card number in a merge field')
  }
  const csv = `email,name,card\ncard@people.example,N,${pan}`
  const campaign = await lethe.call<{ id: string }>('POST', '/v1/campaigns', {
    ...{ name: 'card', subject: 's', text: 'Paid by {{card}}.', purpose: 'deliver' },
  })
  const uploaded = await lethe.call<{ faults: { code: string }[] }>(
    ...(['POST', `/v1/campaigns/${campaign.json.id}/recipients`, csv] as const),
  )
  equal(uploaded.json.faults?.[0]?.code, 'card_number', 'a card number in a list')
  equal((await post(lethe, message(notPan))).status, 202, 'a number that is no card')
  const needles = [pan, pan.replaceAll(' ', ''), pan.replaceAll(' ', '-')]
  const found = await searched(stage, lethe.env, needles)
  equal(found, [], 'a card number in bytes')
  return 'a Luhn-valid number in a merge field or a list: 422 card_number, 0 needles; one that is no card passes'
}

/** What was granted by nobody has no column, no key and no field. */
export async function closedSchemas(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const sound = { to: { email: 'fields@people.example' }, subject: 's', text: 't', purpose: 'deliver' }
  equal((await post(lethe, sound)).status, 202, 'a mail with known fields')
  for (const extra of [{ phone: '1' }, { to: { ...sound.to, age: 7 } }, { metadata: {} }]) {
    const answer = await post(lethe, { ...sound, ...extra })
    equal([answer.status, answer.json.code], [422, 'unknown_field'], `a mail with ${Object.keys(extra)[0]}`)
  }
  return 'an unknown field, at the top or within, is 422 unknown_field'
}

/** A pixel sees no screen, and a raw address is in no vocabulary. */
export async function vocabularyCloses(stage: Stage): Promise<string> {
  const kind = 'collect.click.fields'
  const unseen = ['screen_size', 'time_zone', 'referrer', 'phone']
  for (const word of unseen) await grantRefused(stage, [`${kind}.${word}`, 'value'], 'field_uncollectable')
  for (const word of ['ip_address', 'user_agent', 'payment']) {
    await grantRefused(stage, [`${kind}.${word}`, 'value'], 'field_refused')
  }
  must(unseen.length, 'nothing was tried')
  return `policy check: ${unseen.join(', ')} cannot be collected; ip_address, user_agent, payment are refused`
}
