import { Fault, holdsAddress } from '../base/index.ts'

/**
 * A wording is kept once for everybody who read it, in clear, and outlives each of them until the next purge: an erasure
 * could not take one person out of it. The controller's own `contact` may stand in it. Throws `address_in_wording`.
 */
export function refuseAddressIn(wording: string, contact: string): void {
  if (!holdsAddress(wording, [contact])) return
  throw new Fault(
    'address_in_wording',
    'The wording of a consent holds an email address or an IP address.',
    'Give the text that is shown to everybody, as it stands before anybody fills it in, without addresses but `controller.contact` of the policy.',
  )
}
