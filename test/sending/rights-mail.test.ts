import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { parseAddress } from '../../src/base/index.ts'
import { newRightsMail, type RightsMail } from '../../src/sending/index.ts'
import { openScene } from './scene.ts'

type Scene = Awaited<ReturnType<typeof openScene>>
let scene: Scene
let mail: RightsMail
beforeAll(async () => {
  scene = await openScene({ policy: 'mailerplex' })
})
afterAll(() => scene.close())
beforeEach(() => {
  // Long enough that everything is asked before anything is looked at, as in a flood.
  mail = newRightsMail({ ...scene.needs, ring: scene.ring, publicUrl: 'http://127.0.0.1:8080', delay: () => 50 })
  scene.lines.length = 0
})

const wish = (email: string, visitor: string, handle: string | null = null) =>
  mail.ask({ handle: handle as never, typed: parseAddress(email)!, language: 'en', visitor })

/** Somebody to whom a mail went out, and their handle. */
async function known(email: string): Promise<string> {
  await scene.call('POST', '/v1/messages', { to: { email }, subject: 'Hello', html: '<p>Hi</p>', purpose: 'deliver' })
  await scene.work()
  return (await scene.call('POST', '/v1/subjects/export', { email })).json.data.held.subjects[0].handle
}

async function mailed(email: string): Promise<number> {
  await mail.drain()
  await scene.work()
  return (await scene.transport.mailbox!.list({ to: email })).length - 1
}

const turnedAway = () =>
  scene.lines.map((line) => JSON.parse(line)).filter(({ event }: { event: string }) => event === 'rights_mail_full')

it('one visitor who asks for thousands holds up nobody else, and the log says so in one line', async () => {
  await known('patient@x.example')
  for (let number = 0; number < 8_500; number++) wish(`nobody${number}@x.example`, 'loud')
  wish('patient@x.example', 'quiet')
  expect(await mailed('patient@x.example')).toBe(1)
  expect(turnedAway()).toMatchObject([{ code: 'too_many', count: 8_480 }])
})

it('a crowd that fills the queue loses its own last wishes to whoever comes new', async () => {
  await known('late@x.example')
  for (let number = 0; number < 6_000; number++) wish(`nobody${number}@x.example`, `crowd${number % 300}`)
  wish('late@x.example', 'newcomer')
  expect(await mailed('late@x.example')).toBe(1)
  expect(turnedAway()).toMatchObject([{ count: 1_001 }])
})

it('a fresh link asked for in a mail waits behind no stranger, however many they are', async () => {
  const handle = await known('reader@x.example')
  for (let number = 0; number < 5_500; number++) wish(`nobody${number}@x.example`, `stranger${number}`)
  wish('reader@x.example', 'stranger1', handle)
  expect(await mailed('reader@x.example')).toBe(1)
})

it('who was turned away is heard again a minute later', async () => {
  await known('again@x.example')
  for (let number = 0; number < 30; number++) wish(`nobody${number}@x.example`, 'loud')
  wish('again@x.example', 'loud')
  expect(await mailed('again@x.example')).toBe(0)
  scene.clock.time += 60_000
  wish('again@x.example', 'loud')
  expect(await mailed('again@x.example')).toBe(1)
})
