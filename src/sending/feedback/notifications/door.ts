import { Fault } from '../../../base/index.ts'
import type { Notification } from './notification.ts'

/** Who is knocking and with what; the body is dropped when the door has answered. */
export type Door = (body: Buffer, header: (name: string) => string | null) => Notification

/** The same for every reason: whoever forges learns nothing. */
export const signatureInvalid = (): Fault =>
  new Fault(
    'signature_invalid',
    'The signature of this notification is not one of the configured account.',
    'Compare the secret, topic or certificate that Lethe was given with those that the provider shows.',
  )

export const notificationInvalid = (): Fault =>
  new Fault(
    'notification_invalid',
    'The notification does not have the form that this provider documents.',
    'Check that the webhook of this provider points here, and that it sends its current version.',
  )

/** Undefined for what is no JSON: the schema behind it says so. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
