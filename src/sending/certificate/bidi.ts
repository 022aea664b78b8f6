export type Direction = 'ltr' | 'rtl'

const joins = /^[\p{M}\p{Default_Ignorable_Code_Point}]$/u
const scripts =
  /^[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]$/u

const isRight = (character: string): boolean => scripts.test(character) && /^\p{L}$/u.test(character)
const isLeft = (character: string): boolean => /^[\p{L}\p{N}]$/u.test(character) && !isRight(character)

/** UAX #9 rule P2: that of the first letter. */
export function directionOf(text: string): Direction {
  for (const character of text) {
    if (isRight(character)) return 'rtl'
    if (/^\p{L}$/u.test(character)) return 'ltr'
  }
  return 'ltr'
}

export const holdsRightToLeft = (text: string): boolean => [...text].some(isRight)

/** The main direction of everything on a page, as readers of PDF files find it: they count letters. */
export function mainDirection(texts: readonly string[]): Direction {
  const characters = texts.flatMap((text) => [...text])
  return characters.filter(isRight).length > characters.filter(isLeft).length ? 'rtl' : 'ltr'
}

interface Run {
  readonly kind: 'right' | 'left' | 'neutral'
  readonly characters: readonly string[]
}

const leftMark = '\u200e'
const rightMark = '\u200f'

/**
 * The characters of a line from left to right, such that whoever collects them by their places gets `text` back: readers
 * take a line in the page's main direction, and turn each run of the other one round. An invisible mark keeps the blank
 * between two runs where it was.
 */
export function readingOrder(text: string, page: Direction): readonly string[] {
  const runs = runsOf(text)
  const turned = ({ kind, characters }: Run) => (kind === 'right' ? [...characters].reverse() : characters)
  if (page === 'ltr') return runs.flatMap((run) => (run.kind === 'right' ? [...turned(run), leftMark] : turned(run)))
  return [...runs].reverse().flatMap((run) => (run.kind === 'left' ? [rightMark, ...turned(run)] : turned(run)))
}

/** Letters of one direction with what stands between them; blanks and signs at a border are runs of their own. */
function runsOf(text: string): readonly Run[] {
  const runs: { kind: Run['kind']; characters: string[] }[] = []
  for (const character of text) {
    const last = runs.at(-1)
    const kind = isRight(character) ? 'right' : isLeft(character) ? 'left' : 'neutral'
    if (last && (last.kind === kind || joins.test(character))) last.characters.push(character)
    else runs.push({ kind, characters: [character] })
  }
  const merged: Run[] = []
  for (const run of runs) {
    const [before, between] = [merged.at(-2), merged.at(-1)]
    if (before && between?.kind === 'neutral' && before.kind === run.kind) {
      const characters = [...before.characters, ...between.characters, ...run.characters]
      merged.splice(-2, 2, { kind: run.kind, characters })
    } else merged.push(run)
  }
  return merged
}
