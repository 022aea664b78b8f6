import { createRequire } from 'node:module'

/**
 * Node's server, by `require`: an `import` of node:http reads everything that it exports, its WebSocket among them, and so
 * loads the clients of fetch and HTTP/2 with it (measured: 14 MB).
 */
const http: typeof import('node:http') = createRequire(import.meta.url)('node:http')

export const { createServer } = http
