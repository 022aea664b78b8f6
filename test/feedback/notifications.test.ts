import { createHmac, createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { newMailgunDoor, newPostmarkDoor, newSnsDoor } from '../../src/sending/index.ts'
import { openScene, type Scene } from '../sending/scene.ts'

/** A certificate and key made for these tests, and good for nothing else. */
const file = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')
const certificates = file('sns-test-certificate.pem')
const snsKey = createPrivateKey(file('sns-test-key.pem'))
const topic = 'arn:aws:sns:eu-west-1:123456789012:feedback'
const mailgunKey = 'mailgun-signing-key-of-a-test'
const credentials = 'postmark:a-long-password-of-a-test'

let scene: Scene
let subscribed: string[] = []
afterEach(() => scene.close())

async function open() {
  subscribed = []
  const clock = { now: () => Date.now(), shift: 0 }
  scene = await openScene({
    returnPath: 'bounces.example.com',
    doors: {
      ses: newSnsDoor({ topic, certificates, subscribing: (url) => void subscribed.push(url) }),
      postmark: newPostmarkDoor({ credentials }),
      mailgun: newMailgunDoor({ key: mailgunKey, clock }),
    },
  })
  const body = { to: { email: 'mira@example.org' }, subject: 'Hello', text: 'Hello', purpose: 'deliver' }
  const { json } = await scene.call('POST', '/v1/messages', body)
  await scene.work()
  const [mail] = await scene.transport.mailbox!.list()
  return { id: String(json.id), token: mail!.from.split('@')[0]!, from: mail!.from }
}

const statusOf = async (id: string) => (await scene.call('GET', `/v1/messages/${id}`)).json.status
const post = (name: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  scene.call('POST', `/v1/feedback/${name}`, body, { authorization: '', ...headers })

function sns(
  message: unknown,
  more: Readonly<Record<string, string>> = {},
  version: '1' | '2' = '2',
): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {
    ...{ Type: 'Notification', MessageId: 'm-1', TopicArn: topic, Timestamp: '2026-03-01T00:00:00.000Z' },
    Message: JSON.stringify(message),
    ...more,
  }
  const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
  const text = names.flatMap((name) => (fields[name] === undefined ? [] : [`${name}\n${fields[name]}\n`])).join('')
  const Signature = sign(version === '2' ? 'sha256' : 'sha1', Buffer.from(text), snsKey).toString('base64')
  return {
    ...fields,
    SignatureVersion: version,
    Signature,
    SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/x.pem',
  }
}

const sesBounce = (from: string, sub = 'General', status = '5.1.1') => ({
  notificationType: 'Bounce',
  bounce: {
    ...{ bounceType: 'Permanent', bounceSubType: sub },
    bouncedRecipients: [{ emailAddress: 'mira@example.org', status, diagnosticCode: `smtp; 550 ${status} no` }],
  },
  mail: { source: from, destination: ['mira@example.org'] },
})

function mailgun(event: unknown, key = mailgunKey, at = Date.now()) {
  const timestamp = String(Math.floor(at / 1000))
  const signature = createHmac('sha256', key).update(`${timestamp}tok`).digest('hex')
  return { signature: { timestamp, token: 'tok', signature }, 'event-data': event }
}

const mailgunBounce = (token: string, code = 550, message = '550 5.1.1 no such user') => ({
  ...{ event: 'failed', severity: 'permanent', reason: 'bounce', recipient: 'mira@example.org' },
  'delivery-status': { code, message, description: '' },
  'user-variables': { lethe: token },
})

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
const postmarkBounce = (token: string, Type = 'HardBounce') => ({
  ...{ RecordType: 'Bounce', Type, Email: 'mira@example.org', Details: 'smtp;550 5.1.1 User unknown' },
  Metadata: { lethe: token },
})

describe('a provider’s notice', () => {
  it.each(['1', '2'] as const)('of SES is taken with its signature, version %s', async (version) => {
    const { id, from } = await open()
    expect((await post('ses', sns(sesBounce(from), {}, version))).status).toBe(204)
    expect(await statusOf(id)).toBe('bounced')
  })

  it('of SES is refused when a byte, the key or the topic is another', async () => {
    const { id, from } = await open()
    const good = sns(sesBounce(from))
    const elsewhere = sns(sesBounce(from), { TopicArn: 'arn:aws:sns:eu-west-1:999999999999:feedback' })
    for (const bad of [
      { ...good, Message: good.Message?.replace('5.1.1', '5.1.2') },
      elsewhere,
      { ...good, Signature: 'AAAA' },
    ]) {
      expect(await post('ses', bad)).toMatchObject({ status: 401, json: { code: 'signature_invalid' } })
    }
    expect((await post('ses', { hello: 1 })).json.code).toBe('signature_invalid')
    expect(await statusOf(id)).toBe('sent')
    expect(scene.intake.counters.signature_invalid).toBe(4)
  })

  it('of SES about their own list, or about content, stops nobody', async () => {
    const { from } = await open()
    await post('ses', sns(sesBounce(from, 'OnAccountSuppressionList', '5.1.1')))
    await post('ses', sns(sesBounce(from, 'General', '5.7.1')))
    expect(scene.intake.counters).toMatchObject({ hard: 0, soft: 1 })
  })

  it('of SES asks for its confirmation once, at an address of SNS only', async () => {
    await open()
    const ask = (SubscribeURL: string) =>
      post('ses', sns('x', { Type: 'SubscriptionConfirmation', Token: 't', SubscribeURL }))
    const url = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t'
    expect((await ask(url)).status).toBe(204)
    expect((await ask('https://sns.evil.example/')).status).toBe(401)
    expect(subscribed).toEqual([url])
  })

  it('of Mailgun is taken with its signature and no other, and not for ever', async () => {
    const { id, token } = await open()
    expect((await post('mailgun', mailgun(mailgunBounce(token), 'another-key'))).status).toBe(401)
    expect((await post('mailgun', mailgun(mailgunBounce(token), mailgunKey, Date.now() - 48 * 3_600_000))).status).toBe(
      401,
    )
    expect(await statusOf(id)).toBe('sent')
    expect((await post('mailgun', mailgun(mailgunBounce(token)))).status).toBe(204)
    expect(await statusOf(id)).toBe('bounced')
    expect(scene.intake.counters).toMatchObject({ hard: 1 })
  })

  it('of Postmark is taken with its password and no other', async () => {
    const { id, token } = await open()
    for (const wrong of [{}, basic('postmark:wrong'), basic(`${credentials}x`)]) {
      expect((await post('postmark', postmarkBounce(token), wrong)).status).toBe(401)
    }
    expect((await post('postmark', postmarkBounce(token, 'AutoResponder'), basic(credentials))).status).toBe(204)
    expect(await statusOf(id)).toBe('sent')
    expect((await post('postmark', postmarkBounce(token), basic(credentials))).status).toBe(204)
    expect(await statusOf(id)).toBe('bounced')
  })

  it('of a complaint stops what it is about, whoever brings it', async () => {
    const { token } = await open()
    const event = { event: 'complained', 'user-variables': { lethe: token } }
    await post('mailgun', mailgun(event))
    await post('postmark', { RecordType: 'SpamComplaint', Metadata: { lethe: token } }, basic(credentials))
    expect(scene.intake.counters).toMatchObject({ complaint: 1, repeated: 1 })
  })

  it('is no door where it is not configured', async () => {
    scene = await openScene()
    expect(await post('ses', {})).toMatchObject({ status: 401, json: { code: 'feedback_off' } })
  })
})
