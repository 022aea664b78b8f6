/** The limit: node:http answering the same bytes as the tracker and doing nothing else. Prints its port. */
import { createServer } from 'node:http'
import { pixel } from '../src/http/index.ts'

// As text, in one write with its header: the limit gets the same advantage as the tracker.
const text = pixel.toString('latin1')
const bare = ['Cache-Control', 'no-store', 'Referrer-Policy', 'no-referrer']
const gif = ['Content-Type', 'image/gif', 'Content-Length', String(pixel.length), ...bare]
const redirect = [...bare, 'Content-Length', '0', 'Location', 'https://target.example/landing?x=1&y=2']

const server = createServer((request, response) => {
  const open = request.url?.startsWith('/o/')
  response.writeHead(open ? 200 : 302, open ? gif : redirect)
  open ? response.end(text, 'latin1') : response.end()
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(typeof address === 'object' && address !== null ? address.port : 0)
})
