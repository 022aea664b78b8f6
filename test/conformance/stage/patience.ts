import { until as asked } from '../../journeys/lethe.ts'

/** Asks until the answer is truthy. A busy machine is no evidence against a control, so the limit is far off. */
export const until = <T>(ask: () => Promise<T> | T, seconds = 120): Promise<T> => asked(ask, seconds)
