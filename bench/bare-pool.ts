/**
 * The limit: a nodemailer pool and nothing else. Told a mail server's URL and, to sign, the file of an RSA key; for each line
 * on standard input, a number of mails, it sends them and prints the processor time a mail, in microseconds.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createTransport } from 'nodemailer'
import { letterHtml } from './letter.ts'

const connections = 10
const [url = '', keyFile = ''] = process.argv.slice(2)

/** The same mail as Lethe sends, as far as bytes go: what its tokens and headers add is added here as filler. */
function mail(index: number) {
  const token = 'x'.repeat(150)
  const tracked = letterHtml.replaceAll(/https:\/\/target\.example\/page\/\d\?a=1/g, `http://127.0.0.1:8080/c/${token}`)
  const pixel = `<img src="http://127.0.0.1:8080/o/${token.slice(40)}" width="1" height="1" alt="">`
  const html = tracked.replace('{{name}}', `R${index}`).replace('</body>', `${pixel}</body>`)
  return {
    from: 'Bench <sender@example.com>',
    to: { name: `R${index}`, address: `r${index}@bench.example` },
    subject: `Letter ${index}`,
    html,
    text: html.replace(/<[^>]+>/g, ' '),
    textEncoding: 'quoted-printable' as const,
  }
}

async function send(count: number): Promise<number> {
  const before = process.cpuUsage()
  // One RSA key, which is all that nodemailer signs with.
  const dkim = keyFile && { domainName: 'example.com', keySelector: 'bench', privateKey: readFileSync(keyFile, 'utf8') }
  const unending = { pool: true, maxConnections: connections, maxMessages: Number.POSITIVE_INFINITY } as const
  const pool = createTransport({ url, ...unending, ...(dkim ? { dkim } : {}) })
  await Promise.all(Array.from({ length: count }, (_, index) => pool.sendMail(mail(index))))
  pool.close()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

for await (const line of createInterface({ input: process.stdin })) console.log(await send(Number(line)))
