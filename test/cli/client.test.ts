import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { Fault } from '../../src/base/index.ts'
import { bootstrapKey, requireScope } from '../../src/http/api/bearer.ts'
import { plainProblem } from '../../src/http/api/problem.ts'
import { lethe } from './lethe.ts'

let folder: string

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('LETHE_')) delete process.env[name]
  folder = mkdtempSync(join(tmpdir(), 'lethe-cli-'))
  process.env.LETHE_DATA = join(folder, 'data')
})

/** A server that refuses whatever it is asked, with a problem document or with an HTML page. */
async function answering(refuse: (authorization: string | null) => Promise<unknown>): Promise<string> {
  const server = createServer(async (request, response) => {
    request.resume()
    const cause = await refuse(request.headers.authorization ?? null)
    const answer = plainProblem(cause)
    if (cause === null) response.writeHead(404, { 'content-type': 'text/html' }).end('<p>Not found</p>')
    else response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  process.env.LETHE_API = address
  return address
}

const withKeys = () =>
  answering((authorization) =>
    requireScope(bootstrapKey('k'.repeat(24)), authorization, ['send']).catch((cause: unknown) => cause),
  )

describe('a command that meets', () => {
  test('the public side, or another server, says that LETHE_API leads elsewhere', async () => {
    const address = await answering(async () => null)
    const { code, err } = await lethe('campaign', 'list')
    expect(code).toBe(1)
    expect(err).toContain(`lethe: What answers 404 at http://${address} is not the API: it is the public side, or`)
    expect(err).toContain('[http_404]\n       Set LETHE_API to where the API of the running Lethe listens.')
  })

  test('an API that does not know the key of LETHE_API_KEY names the variable', async () => {
    await withKeys()
    process.env.LETHE_API_KEY = 'x'.repeat(24)
    expect((await lethe('campaign', 'list')).err).toContain(
      '[key_missing]\n       LETHE_API_KEY is not the key of this',
    )
  })

  test('an API without a key of its own names the file that it looked for', async () => {
    await withKeys()
    const file = join(folder, 'data', 'api-key')
    expect((await lethe('campaign', 'list')).err).toContain(
      `[key_missing]\n       There is no key in ${file}: set LETHE_DATA`,
    )
    mkdirSync(join(folder, 'data'))
    writeFileSync(file, 'y'.repeat(43))
    expect((await lethe('campaign', 'list')).err).toContain(
      `The key in ${file} is not that of this Lethe: set LETHE_DATA`,
    )
  })

  test('no template of a name is told that there is no such folder either', async () => {
    await answering(
      async () => new Fault('template_unknown', 'There is no certificate template of this name.', 'Put it.'),
    )
    const file = join(folder, 'people.csv')
    writeFileSync(file, 'email,name\na@x.example,Ada\n')
    const { code, err } = await lethe('send', 'certificates', '--template', 'examples/certficate', '--recipients', file)
    expect(code).toBe(1)
    expect(err).toContain(
      `There is no folder or file examples/certficate in ${process.cwd()}, and no certificate template`,
    )
    expect(err).toContain('[template_unknown]\n       Check the path behind --template. Put it.')
  })
})
