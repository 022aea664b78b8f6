/** The two codes of an SMTP answer, as far as a text gives them. */
export interface Codes {
  readonly status: string | null
  readonly reply: number | null
}

// RFC 3463: class, subject, detail. Not preceded or followed by what would make it a version, a date or an IP address.
const enhanced = /(?<![\d./=v]|\d:|(?<!\b[245]\d\d)-)([245])\.(\d{1,3})\.(\d{1,3})(?![\d-]|\.\d)/g
const replied = /(?<![\d.:/=,-])([245]\d\d)(?=[\s:#,-]|$)/g

export const classOf = (status: string | null): '2' | '4' | '5' | null => {
  const first = status?.[0]
  return first === '2' || first === '4' || first === '5' ? first : null
}

/** Says more than that it failed. */
export const isSpecific = (status: string | null): status is string => status !== null && !/^\d\.0\.0$/.test(status)

/** The code of a Status field: `5.1.1`, `5.1.1 (unknown)`; null when it is none. */
export function statusIn(field: string): string | null {
  const [, first, second, third] = /^\s*([245])\.(\d{1,3})\.(\d{1,3})(?!\d)/.exec(field) ?? []
  return first && second && third ? spelled(first, second, third) : null
}

/** The first specific code that answers for the server, or else the first; the reply code is that before the code, or the first. */
export function codesIn(text: string): Codes {
  const found = [...text.matchAll(enhanced)].map((match) => ({
    status: spelled(match[1]!, match[2]!, match[3]!),
    at: match.index,
  }))
  const specific = found.filter(({ status }) => isSpecific(status))
  // What stands right behind a reply code is the server's own; a gateway writes its opinion in front.
  const own = specific.find(({ at }) => /[245]\d\d[ -][#'"(]{0,2}$/.test(text.slice(Math.max(0, at - 8), at)))
  const chosen = own ?? specific[0] ?? found[0] ?? null
  const replies = [...text.matchAll(replied)].filter((match) => chosen === null || match[1]![0] === chosen.status[0])
  const before = replies.findLast((match) => chosen !== null && match.index < chosen.at && chosen.at - match.index < 12)
  const reply = before ?? replies[0]
  return { status: chosen?.status ?? null, reply: reply ? Number(reply[1]) : null }
}

/** Where each answer of a server begins in a transcript: a reply code that starts a line or follows a colon, and the like. */
export const answerStarts = (text: string): readonly number[] =>
  [...text.matchAll(/(?:^|\n|: |>: |<<< |said: |reason: |\()\s{0,20}#?(?=[45]\d\d[\s:#-])/g)].map(
    (match) => match.index + match[0].length,
  )

const spelled = (first: string, ...rest: readonly string[]): string => [first, ...rest.map(Number)].join('.')
