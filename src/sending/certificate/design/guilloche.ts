/** Lines as banknotes have them: waves woven into each other, and rosettes; millimetres, as the data of SVG paths. */
type Point = readonly [x: number, y: number]

const spelled = ([x, y]: Point): string => `${x.toFixed(2)} ${y.toFixed(2)}`
const between = ([ax, ay]: Point, [bx, by]: Point): Point => [(ax + bx) / 2, (ay + by) / 2]

/** Through the middles between the points, so that few of them make a smooth line. */
function closedPath(points: readonly Point[]): string {
  const next = (index: number) => points[(index + 1) % points.length]!
  const arcs = points.map((point, index) => `Q${spelled(point)} ${spelled(between(point, next(index)))}`)
  return `M${spelled(between(points.at(-1)!, points[0]!))}${arcs.join('')}Z`
}

const openPath = (points: readonly Point[]): string => `M${points.map(spelled).join('L')}`

/** `strands` closed curves around (x, y), each turned a little further; `lobes` petals of `depth` times the radius. */
export function rosette(x: number, y: number, radius: number, lobes: number, depth: number, strands: number) {
  const steps = lobes * 6
  return Array.from({ length: strands }, (_, strand) => {
    const phase = (2 * Math.PI * strand) / strands
    const points = Array.from({ length: steps }, (_, step): Point => {
      const angle = (2 * Math.PI * step) / steps
      const reach = radius * (1 - depth + depth * Math.cos(lobes * angle + phase))
      return [x + reach * Math.cos(angle), y + reach * Math.sin(angle)]
    })
    return closedPath(points)
  }).join('')
}

/** A band along a rectangle, `strands` waves of about `wave` length that swing `swing` to both sides of it. */
export function wovenFrame(
  left: number,
  top: number,
  right: number,
  bottom: number,
  swing: number,
  wave: number,
  strands: number,
) {
  const sides: readonly (readonly [Point, Point])[] = [
    [
      [left, top],
      [right, top],
    ],
    [
      [right, top],
      [right, bottom],
    ],
    [
      [right, bottom],
      [left, bottom],
    ],
    [
      [left, bottom],
      [left, top],
    ],
  ]
  return sides
    .flatMap(([from, to]) =>
      Array.from({ length: strands }, (_, strand) => openPath(waveAlong(from, to, swing, wave, strand / strands))),
    )
    .join('')
}

function waveAlong([x, y]: Point, [toX, toY]: Point, swing: number, wave: number, phase: number): readonly Point[] {
  const length = Math.hypot(toX - x, toY - y)
  const [alongX, alongY] = [(toX - x) / length, (toY - y) / length]
  // A whole number of waves a side, so that the corners meet.
  const waves = Math.round(length / wave)
  const steps = waves * 8
  return Array.from({ length: steps + 1 }, (_, step) => {
    const at = (length * step) / steps
    const off = swing * Math.sin(2 * Math.PI * ((waves * step) / steps + phase))
    return [x + alongX * at - alongY * off, y + alongY * at + alongX * off]
  })
}
