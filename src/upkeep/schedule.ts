/** The verbs that the schedule calls; main hands them in, so that upkeep knows no other room's code. */
export interface Upkeep {
  feed(): Promise<unknown>
  recoverLeases(): Promise<unknown>
  finishCampaigns(): Promise<unknown>
  expireOverdue(): Promise<unknown>
  purge(): Promise<unknown>
  finishErasures(): Promise<unknown>
  renewKeys(): Promise<unknown>
  changePolicy(): Promise<unknown>
  retighten(): Promise<unknown>
  cleanQueue(): Promise<unknown>
  expireStops(): Promise<unknown>
  ageLog(): Promise<unknown>
}

export interface Task {
  readonly name: string
  readonly everyMillis: number
  readonly why: string
  run(upkeep: Upkeep): Promise<unknown>
}

const second = 1000
const minute = 60 * second

/** Everything that happens by itself, and when. Each is idempotent and safe to run twice. */
export const tasks: readonly Task[] = [
  {
    name: 'feed',
    everyMillis: 5 * second,
    why: 'retries that have come due, and messages whose window was lost, are sent within 30 s',
    run: (upkeep) => upkeep.feed(),
  },
  {
    name: 'recover-leases',
    everyMillis: 5 * second,
    why: 'what a crashed worker held is taken up again, or counted as uncertain',
    run: (upkeep) => upkeep.recoverLeases(),
  },
  {
    name: 'finish-campaigns',
    everyMillis: 5 * second,
    why: 'a campaign whose last mail has its outcome loses its content and its key',
    run: (upkeep) => upkeep.finishCampaigns(),
  },
  {
    name: 'expire-overdue',
    everyMillis: minute,
    why: 'content waits in the outbox no longer than the policy says',
    run: (upkeep) => upkeep.expireOverdue(),
  },
  {
    name: 'purge',
    everyMillis: 15 * minute,
    why: 'rows end on the day that their policy promised',
    run: (upkeep) => upkeep.purge(),
  },
  {
    name: 'finish-erasures',
    everyMillis: 5 * second,
    why: 'what an erasure left in free pages, logs and the queue is gone within a minute, over as many restarts as it takes',
    run: (upkeep) => upkeep.finishErasures(),
  },
  {
    name: 'renew-keys',
    everyMillis: 60 * minute,
    why: 'a rewrap that a crash or a new operator key left open is finished, and each week an epoch ends with all copies of its keys',
    run: (upkeep) => upkeep.renewKeys(),
  },
  {
    name: 'change-policy',
    everyMillis: 10 * second,
    why: 'a wider policy counts once people were told of it and its notice period is over',
    run: (upkeep) => upkeep.changePolicy(),
  },
  {
    name: 'retighten',
    everyMillis: 60 * minute,
    why: 'what waited through a restriction is cut down to the policy in force as well',
    run: (upkeep) => upkeep.retighten(),
  },
  {
    name: 'clean-queue',
    everyMillis: minute,
    why: 'an idle queue does not age by itself',
    run: (upkeep) => upkeep.cleanQueue(),
  },
  {
    name: 'expire-stops',
    everyMillis: 60 * minute,
    why: 'a stop ends with the recording window of the last token it could meet',
    run: (upkeep) => upkeep.expireStops(),
  },
  {
    name: 'age-log',
    everyMillis: 60 * minute,
    why: 'log lines live as long as the policy says',
    run: (upkeep) => upkeep.ageLog(),
  },
]
