import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/base/index.ts'

/** A folder of other people's material beside the project, or null where there is none: then the own samples serve alone. */
const folder = join(packageRoot(), process.env.LETHE_CORPORA ?? '../shared/corpora')

export const haveCorpora = existsSync(folder)
if (!haveCorpora) console.log('corpora: not beside the project; only its own samples are tested')

export const corpus = (path: string): string => join(folder, path)
export const corpusText = (path: string): string => readFileSync(corpus(path), 'utf8')
export const corpusJson = <T>(path: string): T => JSON.parse(corpusText(path)) as T // shapes are asserted by the tests

/** A figure that only rises: prints `what: agree / total` and returns the ratio. */
export function figure(what: string, agree: number, total: number): number {
  console.log(`figure  ${what}: ${agree} / ${total}`)
  return ratio(agree, total)
}

export const ratio = (part: number, whole: number): number => (whole ? part / whole : 0)
