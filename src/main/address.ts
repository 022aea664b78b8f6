import { Fault } from '../base/index.ts'

/** Where a process listens. */
export interface Listen {
  readonly host: string
  readonly port: number
}

/** `host:port`; the fault names the variable and what is wrong with it. */
export function readAddress(name: string, text: string): Listen {
  const match = /^(.+):(\d+)$/.exec(text)
  const next = `Write ${name} as 127.0.0.1:8080.`
  if (!match) throw new Fault('config_invalid', `${name} is not host:port.`, next)
  const port = Number(match[2])
  if (port > 65_535) throw new Fault('config_invalid', `${name} names a port past 65535, the last there is.`, next)
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port }
}
