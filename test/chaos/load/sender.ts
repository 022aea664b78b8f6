import { setTimeout as sleep } from 'node:timers/promises'
import type { Book, Mail } from '../book.ts'
import { ask, type Role } from '../house/role.ts'

export interface Sender {
  /** Mails a second from now on, and how many may be made in all so far. */
  pace(perSecond: number, allowed: number): void
  /** Handed in and not yet taken. */
  readonly inHand: number
  /** Answers that no application can do anything with. */
  readonly wrong: readonly string[]
  stop(): void
}

const tick = 50
const crowd = 16
export const links = 39
export const targetOf = (link: number): string => `https://target.example/page/${link}`

const html = `<html><body><p>Hello</p>${Array.from(
  { length: links },
  (_, index) => `<a href="${targetOf(index + 1)}">${index + 1}</a> `,
).join('')}</body></html>`
const consent = { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'Count it' }

/** An application that hands mails in, and tries again with the same key until it hears that one was taken. */
export function newSender(book: Book, api: Role): Sender {
  const wrong: string[] = []
  let perSecond = 0
  let owed = 0
  let allowed = 0
  let made = 0
  let inHand = 0
  let stopped = false

  async function handIn(mail: Mail, number: number): Promise<void> {
    const body = JSON.stringify({ to: { email: mail.address }, purpose: 'deliver', subject: 'Pages', html, consent })
    const headers = { 'idempotency-key': `chaos-${number}` }
    while (!stopped) {
      const answer = await ask(api.api, '/v1/messages', { method: 'POST', body, headers }, 15_000).catch(() => null)
      if (answer?.status === 202) {
        mail.id = idIn(answer.text)
        mail.acceptedIn = book.window
        return
      }
      // 409: the first try is still under way, or was when its process ended.
      if (answer && answer.status < 500 && answer.status !== 409) wrong.push(`${answer.status} ${answer.text}`)
      await sleep(500)
    }
  }

  const timer = setInterval(() => {
    owed = Math.min(owed + (perSecond * tick) / 1000, crowd)
    while (owed >= 1 && inHand < crowd && made < allowed) {
      owed--
      const number = made++
      const mail: Mail = { address: `m${number}@chaos.example`, id: null, acceptedIn: book.window, deliveries: [] }
      book.mails.set(mail.address, mail)
      inHand++
      void handIn(mail, number).finally(() => inHand--)
    }
  }, tick)
  return {
    pace(wanted, most) {
      perSecond = wanted
      allowed = most
    },
    get inHand() {
      return inHand
    },
    wrong,
    stop() {
      stopped = true
      clearInterval(timer)
    },
  }
}

function idIn(text: string): string {
  const { id }: { id: string } = JSON.parse(text) // the body of a 202, as the contract has it
  return id
}
