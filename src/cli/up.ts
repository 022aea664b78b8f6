import { furtherFaults, processConfig, processDoubts, runLethe } from '../main/up/index.ts'
import { type Command, optional, told } from './command.ts'

export const up: Command = {
  name: 'up',
  summary: 'Run Lethe: the public tracker, the private API, and the workers, in this process.',
  options: [{ flag: 'roles', value: 'R', about: 'some of tracker,api,send,record,upkeep; all when left out' }],
  async run({ options, terminal }) {
    const roles = optional(options, 'roles')
    for (const doubt of processDoubts()) terminal.err(told(doubt, 'warning: '))
    const config = processConfig(roles === undefined ? {} : { LETHE_ROLES: roles }, furtherFaults)
    const lethe = await runLethe(config)
    const quiet = options.json === true || !terminal.interactive
    if (!quiet) terminal.out(lethe.banner)
    await stopSignal()
    await lethe.stop()
    return 0
  },
}

/** Resolves at the first SIGTERM or SIGINT. Later ones are heard and ignored: npm passes each on a second time. */
const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve())
  })
