import type { Server as HttpServer } from 'node:http'
import type { Server } from 'node:net'
import { Fault } from '../base/index.ts'
import type { Listen } from './address.ts'

/** Listens, or says in a coded fault why not: `port_in_use`, `port_denied`, `listen_failed`. */
export function listen(server: Server, at: Listen, variable: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => reject(faultOf(error, at, variable))
    server.once('error', refused)
    server.listen(at.port, at.host, () => {
      server.off('error', refused)
      resolve()
    })
  })
}

/** Closes a server of the private side with whatever connection is still open to it. */
export async function closing(server: HttpServer): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}

function faultOf(error: NodeJS.ErrnoException, { port }: Listen, variable: string): Fault {
  const options = { cause: error }
  if (error.code === 'EADDRINUSE') {
    const next = `Stop what listens there, or set ${variable} to another port.`
    return new Fault('port_in_use', `Port ${port} is taken by another process.`, next, options)
  }
  if (error.code === 'EACCES') {
    const next = `Set ${variable} to a port from 1024 on, and let a proxy in front own the low one.`
    return new Fault('port_denied', `This user may not listen on port ${port}.`, next, options)
  }
  return new Fault(
    'listen_failed',
    `Nothing can listen there (${error.code}).`,
    `Check the address in ${variable}.`,
    options,
  )
}
