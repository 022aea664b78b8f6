import { format, inspect } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { describe, expect, test } from 'vitest'
import { dayOf, parseAddress } from '../../src/base/index.ts'
import {
  isPermittedEvent,
  isPermittedMessage,
  openWire,
  type PermittedEvent,
  permitHit,
  permitMessage,
  type Readers,
  readmit,
  unknownPerson,
} from '../../src/gate/index.ts'
import { bookOf, claimsOf, evidence, hitOf, noon, plainReaders, policy, rule } from './scene.ts'

const book = bookOf(policy())

function permitted(): PermittedEvent {
  const verdict = permitHit(hitOf(), 'open', claimsOf(), book.inForce, book.all, plainReaders)
  if (!verdict.permitted) throw new Error(verdict.refused)
  return verdict.permitted
}

/** Every way to make something that looks like `genuine` without asking the gate. */
function forgeries(genuine: object): readonly unknown[] {
  const copied = Object.create(Object.getPrototypeOf(genuine) as object, Object.getOwnPropertyDescriptors(genuine)) // the forger's own cast
  return [
    { ...genuine },
    Object.assign({}, genuine),
    JSON.parse(JSON.stringify(genuine)),
    structuredClone(genuine),
    deserialize(serialize(genuine)),
    copied,
    Object.setPrototypeOf({ wire: [], facts: {} }, Object.getPrototypeOf(genuine) as object),
    new Proxy(genuine, {}),
    { wire: [] } as unknown,
    null,
    undefined,
    'permitted',
  ]
}

describe('a permitted value', () => {
  test('cannot be copied, parsed, cast or dressed up: only the gate makes one', () => {
    const event = permitted()
    expect(isPermittedEvent(event)).toBe(true)
    for (const forged of forgeries(event)) expect(isPermittedEvent(forged)).toBe(false)
  })

  test('cannot be made through its constructor or a subclass of it', () => {
    // The class is not exported; a determined caller takes it from an instance.
    const found = permitted().constructor as new (key: symbol, wire: unknown) => object
    class Child extends found {}
    for (const key of [Symbol('mint'), Symbol.for('mint')]) {
      expect(() => new found(key, [])).toThrow(expect.objectContaining({ code: 'not_permitted' }))
      expect(() => new Child(key, [])).toThrow(expect.objectContaining({ code: 'not_permitted' }))
      expect(() => Reflect.construct(Object, [key], found)).not.toThrow()
      expect(isPermittedEvent(Reflect.construct(Object, [key], found))).toBe(false)
    }
  })

  test('cannot be changed after it was permitted', () => {
    const { wire } = permitted()
    expect(Object.isFrozen(wire)).toBe(true)
    expect(Object.isFrozen(wire[6])).toBe(true)
    expect(() => Object.assign(wire[6], { city: 'Lisbon' })).toThrow(TypeError)
  })

  test('is as hard to forge for a message', () => {
    const request = {
      id: 'AAAAAAAAAAAAAAAAAAAAAA',
      purpose: 'deliver',
      campaign: null,
      to: parseAddress('ada@example.org')!,
      name: null,
      from: null,
      replyTo: null,
      content: null,
      merge: {},
      consents: [],
      acceptedAt: noon,
    }
    const purpose = { name: 'deliver', basis: 'contract', consent: 'none', subscribed: false } as const
    const whole = { ...purpose, evidence: null, unknownOutcome: 'resend', sends: true } as const
    const message = permitMessage(request, policy(), whole, unknownPerson, dayOf(noon))
    expect(isPermittedMessage(message)).toBe(true)
    for (const forged of forgeries(message)) expect(isPermittedMessage(forged)).toBe(false)
    expect(isPermittedEvent(message)).toBe(false)
    expect(isPermittedMessage(permitted())).toBe(false)
  })
})

describe('a raw hit', () => {
  test('prints as [raw hit] in every way of printing, and copies to nothing', () => {
    const hit = hitOf()
    const prints = [
      String(hit),
      `${hit}`,
      `${[hit]}`,
      hit.toLocaleString(),
      JSON.stringify(hit),
      JSON.stringify({ nested: [hit] }),
      inspect(hit),
      inspect({ hit }, { depth: 9, showHidden: true, getters: true }),
      inspect(hit, { customInspect: false, showHidden: true }),
      inspect(new Error('wrapped', { cause: hit })),
      format('%s %o %O %j %d', hit, hit, hit, hit, hit),
      JSON.stringify(structuredClone(hit)),
      JSON.stringify(deserialize(serialize(hit))),
      JSON.stringify({ ...hit }),
      JSON.stringify(Object.getOwnPropertyDescriptors(hit)),
      Object.keys(hit).join(),
      Reflect.ownKeys(hit).join(),
    ]
    for (const print of prints) {
      for (const secret of [evidence.address, 'Needle', 'haystack', 'pt-BR']) expect(print).not.toContain(secret)
    }
    expect(prints.slice(0, 5)).toEqual(['[raw hit]', '[raw hit]', '[raw hit]', '[raw hit]', '"[raw hit]"'])
    expect(inspect({ hit })).toBe('{ hit: [raw hit] }')
  })

  test('that was not made by the door is refused without quoting it', () => {
    const fake = { ...evidence } as unknown as ReturnType<typeof hitOf>
    expect(() => permitHit(fake, 'open', claimsOf(), book.inForce, book.all, plainReaders)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining(evidence.address) }),
    )
  })
})

describe('a permitted event', () => {
  test('holds exactly the granted fields, at the granted grain, and nothing else', () => {
    const [, kind, number, , shared, expires, values] = permitted().wire
    expect([kind, number, shared, expires]).toEqual(['open', 7, 0, dayOf(noon) + 90])
    expect(values).toEqual({ at: noon - 789, country: 'PT', browser: 'Firefox', os: 'Linux' })
  })

  test('has no byte of the address or the user agent', () => {
    const text = JSON.stringify(permitted().wire)
    expect(text).not.toContain(evidence.address)
    expect(text).not.toContain('Needle')
  })

  test('measures only what is granted: an ungranted reader is not even asked', () => {
    const poor = bookOf(
      policy({ events: { open: rule('open', { fields: new Map([['at', 'day']]) }), click: rule('click') } }),
    )
    const asked: string[] = []
    const noting = <T>(name: string, answer: T) => {
      asked.push(name)
      return answer
    }
    const spies: Readers = {
      place: () => noting('place', plainReaders.place('')),
      client: () => noting('client', plainReaders.client('')),
      agent: () => noting('agent', 'person'),
    }
    const verdict = permitHit(hitOf(), 'open', claimsOf(), poor.inForce, poor.all, spies)
    expect(verdict.permitted?.wire[6]).toEqual({ at: dayOf(noon) * 86_400_000 })
    expect(asked).toEqual([])
  })

  test('takes the narrower of the policy then and now: fields, grain and days', () => {
    const then = policy({ number: 1, events: { open: rule('open', { retentionDays: 400 }), click: rule('click') } })
    const narrow = new Map([
      ['at', 'hour'],
      ['country', 'value'],
      ['region', 'value'],
    ] as const)
    const now = policy({
      number: 2,
      events: { open: rule('open', { fields: narrow, retentionDays: 10 }), click: rule('click') },
    })
    for (const order of [bookOf(then, now), bookOf(policy({ ...now, number: 1 }), policy({ ...then, number: 2 }))]) {
      const verdict = permitHit(hitOf(), 'open', claimsOf({ policy: 1 }), order.inForce, order.all, plainReaders)
      expect(verdict.permitted?.wire[5]).toBe(dayOf(noon) + 10)
      expect(verdict.permitted?.wire[6]).toEqual({ at: Math.floor(noon / 3_600_000) * 3_600_000, country: 'PT' })
    }
  })

  test.each([
    ['head', { method: 'HEAD' }, {}, {}],
    ['policy_unknown', {}, { policy: 99 }, {}],
    ['recording_off', {}, {}, { mode: 'off' as const }],
    ['signal_gpc', { gpc: true }, {}, { honours: new Set(['gpc'] as const) }],
    ['signal_dnt', { dnt: true }, {}, { honours: new Set(['dnt'] as const) }],
    ['recording_over', {}, { issued: dayOf(noon) - 61 }, {}],
  ])('is refused with the word %s', (word, seen, claims, changes) => {
    const own = bookOf(policy({ events: { open: rule('open', changes), click: rule('click') } }))
    const verdict = permitHit(hitOf(seen), 'open', claimsOf(claims), own.inForce, own.all, plainReaders)
    expect(verdict).toEqual({ refused: word })
  })

  test('is still recorded on the last day of the recording window', () => {
    const claims = claimsOf({ issued: dayOf(noon) - 60 })
    expect(permitHit(hitOf(), 'open', claims, book.inForce, book.all, plainReaders).permitted).toBeDefined()
  })
})

describe('re-admission behind the queue', () => {
  test('narrows to what today grants and never widens', () => {
    const { wire } = permitted()
    const fields = new Map([
      ['at', 'day'],
      ['os', 'value'],
      ['device', 'value'],
    ] as const)
    const later = policy({
      number: 8,
      events: { open: rule('open', { fields, retentionDays: 5 }), click: rule('click') },
    })
    const now = bookOf(policy(), later)
    const again = readmit(wire, now.inForce, now.all, dayOf(noon) + 1).permitted!.wire
    expect(again.slice(0, 5)).toEqual(wire.slice(0, 5))
    expect(again[5]).toBe(dayOf(noon) + 6)
    expect(again[6]).toEqual({ at: dayOf(noon) * 86_400_000, os: 'Linux' })
    expect(readmit(again, book.inForce, book.all, dayOf(noon) + 3).permitted?.wire[5]).toBe(dayOf(noon) + 6)
  })

  test('refuses what today does not record, and what nobody remembers the policy of', () => {
    const { wire } = permitted()
    const off = bookOf(
      policy(),
      policy({ number: 8, events: { open: rule('open', { mode: 'off' }), click: rule('click') } }),
    )
    expect(readmit(wire, off.inForce, off.all, dayOf(noon))).toEqual({ refused: 'recording_off' })
    const other = bookOf(policy({ number: 8 }))
    expect(readmit(wire, other.inForce, other.all, dayOf(noon))).toEqual({ refused: 'policy_unknown' })
  })

  test('reads back a wire from storage, and nothing that was tampered with', () => {
    const wire: unknown = JSON.parse(JSON.stringify(permitted().wire))
    expect(openWire(wire)).toEqual(
      permitted()
        .wire.with(0, (wire as string[])[0]!)
        .with(3, (wire as string[])[3]!),
    )
    const changed = (place: number, value: unknown) => (wire as unknown[]).with(place, value)
    const tampered = [
      null,
      {},
      [],
      (wire as unknown[]).slice(1),
      [...(wire as unknown[]), 'more'],
      changed(0, 'short'),
      changed(1, 'bounce'),
      changed(2, 1.5),
      changed(3, '../../../../etc/passwd'),
      changed(4, 5),
      changed(5, '20000'),
      changed(5, -1),
      changed(5, 1e21),
      changed(6, null),
      changed(6, []),
      changed(6, { ip: '203.0.113.9' }),
      changed(6, { country: 'someone@example.org' }),
      changed(6, { country: 'x'.repeat(65) }),
      changed(6, { at: 'noon' }),
      changed(6, { at: 9e15 }),
      changed(6, JSON.parse('{"__proto__":"x"}')),
      changed(6, { constructor: 'x' }),
    ]
    for (const each of tampered) expect(openWire(each)).toBeNull()
  })
})

test('ten thousand events have ten thousand ids of 22 characters', () => {
  const ids = new Set(Array.from({ length: 10_000 }, () => permitted().wire[0]))
  expect(ids.size).toBe(10_000)
  expect([...ids].every((id) => /^[A-Za-z0-9_-]{22}$/.test(id))).toBe(true)
})
