/**
 * The public API: run Lethe inside an application, or read a policy. Everything else goes over HTTP, where the policy stands
 * between the application and the data.
 */
export { Fault, isFault } from './base/index.ts'
export { type Config, ConfigFault, type RunningLethe, readConfig, runLethe } from './main/index.ts'
export { checkPolicy, explainPolicy, loadPolicy, noticeOf, type Policy, type PolicyFault } from './policy/index.ts'
