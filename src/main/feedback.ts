import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyRing } from '../gate/index.ts'
import type { FeedbackDoors } from '../http/index.ts'
import {
  type FeedbackIntake,
  newFeedbackIntake,
  newMailgunDoor,
  newPostmarkDoor,
  newSnsDoor,
} from '../sending/index.ts'
import type { House } from './house.ts'
import { openInbound } from './inbound.ts'
import { watchSpool } from './spool.ts'

/** What comes back, with the doors that the configuration opens for it. */
export interface Feedback {
  readonly intake: FeedbackIntake
  readonly doors: FeedbackDoors
  /** Opens the listener and the folder; the house's releases close them. */
  open(): Promise<void>
}

export function newFeedback({ ledger, book, log, config, releases }: House, ring: KeyRing): Feedback {
  const { clock, data } = config
  const { returnPath, inbound, spool, ses, postmark, mailgun } = config.feedback
  const intake = newFeedbackIntake({ ledger, ring, book, clock, log })
  // The address is good for one confirmation and names nobody; it is a secret all the same, and no matter for a log.
  const subscribing = (url: string) => {
    writeFileSync(join(data, 'sns-subscription'), `${url}\n`, { mode: 0o600 })
    log.warn('sns_subscription_waits', { code: 'open_the_address_in_sns-subscription' })
  }
  return {
    intake,
    doors: {
      intake,
      ses: ses && newSnsDoor({ ...ses, subscribing }),
      postmark: postmark === null ? null : newPostmarkDoor({ credentials: postmark }),
      mailgun: mailgun === null ? null : newMailgunDoor({ key: mailgun, clock }),
    },
    open: async () => {
      if (inbound && returnPath !== null) {
        releases.add((await openInbound({ intake, domain: returnPath, log, at: inbound })).close)
      }
      if (spool !== null) releases.add(watchSpool({ folder: spool, intake, log }).stop)
    },
  }
}
