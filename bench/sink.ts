/**
 * A mail server that says yes to everything and keeps nothing. Prints its port; then, for each line on standard input, one
 * JSON line with the mails taken so far and the milliseconds at which the first and the last came.
 */
import net from 'node:net'

let [count, first, last] = [0, 0, 0]
const server = net.createServer((socket) => {
  socket.setNoDelay(true)
  let buffer = ''
  let inData = false
  socket.on('error', () => {})
  socket.write('220 sink ESMTP\r\n')
  socket.on('data', (chunk) => {
    buffer += chunk.toString('latin1')
    for (;;) {
      const mark = inData ? '\r\n.\r\n' : '\r\n'
      const end = buffer.indexOf(mark)
      if (end < 0) return
      const line = buffer.slice(0, end)
      buffer = buffer.slice(end + mark.length)
      if (inData) {
        inData = false
        count++
        last = Date.now()
        first ||= last
        socket.write('250 2.0.0 taken\r\n')
        continue
      }
      const verb = line.slice(0, 4).toUpperCase()
      if (verb === 'EHLO') socket.write('250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING\r\n')
      else if (verb === 'DATA') {
        inData = true
        socket.write('354 go\r\n')
      } else if (verb === 'QUIT') socket.end('221 bye\r\n')
      else socket.write('250 ok\r\n')
    }
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(typeof address === 'object' && address !== null ? address.port : 0)
})
process.stdin.on('data', () => {
  console.log(JSON.stringify({ count, first, last }))
  ;[count, first, last] = [0, 0, 0]
})
