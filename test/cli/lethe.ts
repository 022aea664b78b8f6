import { main } from '../../src/cli/main.ts'

/** One command line in this process: its exit code and what it printed. */
export async function lethe(...words: readonly string[]) {
  let [out, err] = ['', '']
  const code = await main(words, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    input: (async function* () {})(),
    interactive: false,
  })
  return { code, out, err }
}
