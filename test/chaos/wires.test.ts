import net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../journeys/lethe.ts'
import { layWire, type Wire } from './wires/wire.ts'

const open: { destroy(): void }[] = []
afterEach(() => {
  for (const each of open.splice(0)) each.destroy()
})

/** A server that says everything twice, behind a wire. */
async function behindWire(): Promise<Wire> {
  const server = net.createServer((socket) => {
    open.push(socket)
    socket.on('error', () => {})
    socket.on('data', (text) => socket.write(`${text}${text}`))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  open.push({ destroy: () => void server.close() })
  const address = server.address()
  return layWire(typeof address === 'object' && address !== null ? address.port : 0)
}

function speakTo({ port }: Wire) {
  const socket = net.connect(port, '127.0.0.1')
  open.push(socket)
  const heard = { text: '', end: '' }
  socket.setEncoding('utf8')
  socket.on('data', (text) => {
    heard.text += text
  })
  socket.on('error', (error) => {
    heard.end = 'code' in error ? String(error.code) : 'error'
  })
  socket.on('close', () => {
    heard.end ||= 'closed'
  })
  return { socket, heard }
}

describe('a wire', () => {
  it('carries both ways in order, also when it turns slow and quick again in between', async () => {
    const wire = await behindWire()
    const { socket, heard } = speakTo(wire)
    socket.write('a')
    await until(() => heard.text === 'aa')
    wire.turn({ kind: 'slow', millis: 200 })
    const asked = performance.now()
    socket.write('b')
    await until(() => heard.text === 'aabb')
    expect(heard.text).toBe('aabb')
    expect(performance.now() - asked).toBeGreaterThanOrEqual(395)
    socket.write('c')
    wire.turn({ kind: 'through' })
    socket.write('d')
    await until(() => heard.text.length === 8)
    expect(heard.text.replaceAll('d', '')).toBe('aabbcc')
  })

  it('resets what is open and what comes while it is cut', async () => {
    const wire = await behindWire()
    const before = speakTo(wire)
    before.socket.write('a')
    await until(() => before.heard.text === 'aa')
    wire.turn({ kind: 'cut' })
    await until(() => before.heard.end)
    expect(before.heard.end).toBe('ECONNRESET')
    const during = speakTo(wire)
    await until(() => during.heard.end)
    expect(during.heard.end).not.toBe('')
    wire.turn({ kind: 'through' })
    const after = speakTo(wire)
    after.socket.write('b')
    await until(() => after.heard.text === 'bb')
    expect(after.heard.text).toBe('bb')
  })

  it('keeps silent connections open, and lets go on what waited in them', async () => {
    const wire = await behindWire()
    const { socket, heard } = speakTo(wire)
    socket.write('a')
    await until(() => heard.text === 'aa')
    wire.turn({ kind: 'mute' })
    socket.write('b')
    const other = speakTo(wire)
    other.socket.write('c')
    await new Promise((over) => setTimeout(over, 300))
    expect([heard.text, heard.end, other.heard.text, other.heard.end]).toEqual(['aa', '', '', ''])
    wire.turn({ kind: 'through' })
    await until(() => heard.text === 'aabb' && other.heard.text === 'cc')
    expect([heard.text, other.heard.text]).toEqual(['aabb', 'cc'])
  })
})
