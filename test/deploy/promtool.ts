import { spawnSync } from 'node:child_process'

/** True where Prometheus's own checker is installed; LETHE_REQUIRE_PROMTOOL=1 makes its absence a failure. */
export const havePromtool = spawnSync('promtool', ['--version']).status === 0

if (!havePromtool && process.env.LETHE_REQUIRE_PROMTOOL === '1')
  throw new Error('promtool is required and not installed')
if (!havePromtool) console.log('promtool: not installed; metrics and alert rules are not checked with it')

/** What promtool says, and nothing where it finds nothing. */
export function promtool(words: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('promtool', words, { input, encoding: 'utf8' })
  return status === 0 ? '' : `${stdout}${stderr}`
}
