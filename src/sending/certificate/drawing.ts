import { markWidth } from './pdf/readable.ts'

/**
 * The one program that Typst ever runs here. Everything about a template and a person comes in as JSON and is used as text,
 * numbers and colours: nobody's name is ever read as Typst. A line's `y` is its baseline, whatever font its letters are from.
 *
 * What does not fit ends the program with the number of its field. Strokes of a width that nothing else has stand before
 * and behind each line, for whoever finishes the page.
 */
export const drawing = `
#let sheet = json(bytes(sys.inputs.sheet))
#set document(title: sheet.title, author: sheet.issuer, date: none)
#set page(width: sheet.width * 1mm, height: sheet.height * 1mm, margin: 0mm, fill: none)
#set text(top-edge: "baseline", bottom-edge: "baseline", fallback: false, hyphenate: false, lang: sheet.language)

#let written(field, size, words) = text(
  font: field.fonts, weight: field.weight, size: size * 1pt, fill: rgb(field.colour), tracking: field.spacing * 1em,
  dir: if field.direction == "rtl" { rtl } else { ltr }, words,
)
#let width-of(field, size, words) = measure(written(field, size, words)).width / 1mm

#let broken(field, size) = {
  let lines = ()
  let now = ""
  for piece in field.pieces {
    let longer = now + piece
    if piece == "\\n" {
      lines.push(now.trim())
      now = ""
    } else if now != "" and width-of(field, size, longer.trim()) > field.width {
      lines.push(now.trim())
      now = piece
    } else { now = longer }
  }
  lines.push(now.trim())
  lines
}

#let one-line(field) = {
  let words = field.pieces.join("")
  let wide = width-of(field, field.size, words)
  let size = if wide > field.width { calc.floor(field.size * field.width / wide * 10) / 10 } else { field.size }
  (size: size, lines: (words,), fits: size >= field.smallest)
}

#let many-lines(field) = {
  let size = field.size
  let lines = broken(field, size)
  let fits(lines, size) = lines.len() <= field.lines and lines.all(each => width-of(field, size, each) <= field.width)
  while not fits(lines, size) and size * 0.96 >= field.smallest {
    size = size * 0.96
    lines = broken(field, size)
  }
  (size: size, lines: lines, fits: fits(lines, size))
}

#let mark(x, y, width, colour) = place(
  top + left, dx: x * 1mm, dy: y * 1mm, line(length: width * 1mm, stroke: ${markWidth}pt + colour),
)

#context for (index, field) in sheet.fields.enumerate() {
  let found = if field.lines > 1 { many-lines(field) } else { one-line(field) }
  if not found.fits { panic("does_not_fit " + str(index)) }
  let step = found.size * field.leading * 1pt / 1mm
  let above = (down: 0, up: 1, both: 0.5).at(field.grow) * (found.lines.len() - 1) * step
  for (number, words) in found.lines.enumerate() {
    let wide = width-of(field, found.size, words)
    let x = field.x + (field.width - wide) * (left: 0, center: 0.5, right: 1).at(field.align)
    let y = field.y - above + number * step
    mark(x, y, wide, rgb(1, 2, 255))
    place(top + left, dx: x * 1mm, dy: y * 1mm, box(width: 9000mm, align(left, written(field, found.size, words))))
    mark(x, y, wide, rgb(255, 2, 1))
  }
  [#metadata(found.lines) <lines>]
}
`

/** A template's picture or drawing as a page of its own. */
export const backdrop = `
#set document(date: none)
#set page(width: float(sys.inputs.width) * 1mm, height: float(sys.inputs.height) * 1mm, margin: 0mm)
#place(top + left, image(sys.inputs.file, width: 100%, height: 100%, fit: "cover"))
`
