import { isFault } from '../base/index.ts'

/**
 * The only error that may reach BullMQ: it copies message and stack of what a worker throws into the job and into an event
 * stream that outlives the job, and an SMTP error quotes the address. What goes in is a code, and nothing else.
 */
export function reasonOf(error: unknown): Error {
  const reason = new Error(codeOf(error))
  reason.stack = reason.message
  return reason
}

export const codeOf = (error: unknown): string =>
  isFault(error) && /^[a-z][a-z0-9_.]{0,63}$/.test(error.code) ? error.code : 'defect'

/** Where a defect was thrown: file, line and column of the innermost frame; a frame never holds a value. */
export function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  // Frames only: the first lines of a stack repeat the message.
  const frame = stack.split('\n').find((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line)) ?? ''
  return /([\w.-]+:\d+:\d+)\)?$/.exec(frame)?.[1] ?? 'unknown'
}
