import type { diffPolicies } from '../policy/index.ts'

const words: Readonly<Record<string, string>> = {
  widening: 'allows more',
  narrowing: 'allows less',
  neutral: 'changes',
}

/** One line a clause: where it stands in the policy, and what it does there. */
export const changeSentences = (changes: ReturnType<typeof diffPolicies>['changes']): readonly string[] =>
  changes.map(({ path, effect, before, after }) => {
    const from = before === null ? 'nothing' : before
    return `${path} ${words[effect]}: from ${from} to ${after ?? 'nothing'}`
  })
