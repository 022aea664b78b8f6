import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/main/config.ts'
import { firstHop } from '../../src/main/first-hop.ts'
import { loadPolicy, type Policy } from '../../src/policy/index.ts'

const config = (smtp: string) => readConfig({ LETHE_SMTP: smtp, LETHE_FROM: 'a@x.example', LETHE_DATA: '/tmp/none' })
const relay = { name: 'Relay', country: 'DE', essential: true, agreement: 'a', purpose: 'hands mail over' }
const policy = (tls: Policy['tls'], ...hosts: string[]): Policy => ({
  ...loadPolicy('strict'),
  tls,
  processors: [{ ...relay, hosts }],
})
const hop = 'relay.example'

describe('the first hop', () => {
  it('is encrypted as the stricter of the policies in force and waiting wants it', () => {
    const [lax, strict] = [policy('opportunistic', hop), policy('required', hop)]
    const modes = [[lax], [strict], [lax, strict], [strict, lax]].map(
      (policies) => firstHop(config(`smtp://${hop}:587`), policies).tls,
    )
    expect(modes).toEqual(['opportunistic', 'required', 'required', 'required'])
  })

  it('is no hop on this machine, where nothing lies on the way', () => {
    for (const smtp of ['capture:', 'smtp://127.0.0.1:25', 'smtp://localhost:25', 'smtp://[::1]:25'])
      expect(firstHop(config(smtp), [policy('required')]).tls).toBe('opportunistic')
  })

  it('is not taken to a server that only the waiting policy names', () => {
    const both = [policy('required', hop), policy('required', hop, 'new.example')]
    expect(() => firstHop(config('smtp://new.example:587'), both)).toThrow(
      expect.objectContaining({ faults: [expect.objectContaining({ code: 'processor_undeclared' })] }),
    )
  })
})
