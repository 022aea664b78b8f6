/** A code of square modules and where it stands, in points from the page's upper left corner. */
export interface CodeBox {
  readonly modules: readonly (readonly boolean[])[]
  readonly left: number
  readonly top: number
  readonly side: number
  /** `#rrggbb` */
  readonly colour: string
}

/** Operators that draw it as one shape; the page counts downwards, as Typst leaves it. */
export function codeOperators({ modules, left, top, side, colour }: CodeBox): string {
  const step = side / modules.length
  const boxes = modules.flatMap((row, y) =>
    runsOf(row).map(([from, length]) =>
      [left + from * step, top + y * step, length * step, step].map((each) => each.toFixed(4)).join(' '),
    ),
  )
  const [red, green, blue] = [1, 3, 5].map((at) => (Number.parseInt(colour.slice(at, at + 2), 16) / 255).toFixed(4))
  return `\nq\n${red} ${green} ${blue} rg\n${boxes.map((box) => `${box} re`).join('\n')}\nf\nQ\n`
}

/** Neighbours in a row are one rectangle: no hairlines between them, whatever the resolution. */
function runsOf(row: readonly boolean[]): readonly (readonly [from: number, length: number])[] {
  const runs: [number, number][] = []
  for (const [x, dark] of row.entries()) {
    const last = runs.at(-1)
    if (!dark) continue
    if (last && last[0] + last[1] === x) last[1]++
    else runs.push([x, 1])
  }
  return runs
}
