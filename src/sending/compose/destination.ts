import { domainToASCII } from 'node:url'

/**
 * The exact URL behind a link, as it will stand in `Location`, or null for what is not followed: no http(s), a credential
 * or backslash before the host, a control character, no valid URL.
 *
 * The author's own spelling is kept byte for byte if it is printable ASCII; otherwise only what may not stand in a header
 * is encoded: the host as punycode, anything else as percent-encoded UTF-8, which is what a browser does (WHATWG URL).
 */
export function destinationOf(href: string, base: string | null = null): string | null {
  if (base !== null && relative.test(href.trim())) return resolved(href, base)
  // URL standard, "basic URL parser", steps 1 to 3: the edges are trimmed, then tabs and line ends vanish anywhere.
  const trimmed = trimControls(href).replace(/[\t\n\r]/g, '')
  // Two slashes and a host are asked for, although browsers repair less: `https:x` in a Location is relative to the tracker.
  const parts = /^(https?:\/\/)([^/\\?#]+)(.*)$/is.exec(trimmed)
  if (!parts || control.test(trimmed) || !trimmed.isWellFormed()) return null
  const [, scheme, authority, rest] = parts
  if (authority!.includes('@') || rest!.startsWith('\\')) return null
  const url = parseUrl(trimmed)
  if (!url || url.username || url.password || !url.hostname) return null
  if (printable.test(trimmed)) return trimmed
  const host = asciiAuthority(authority!)
  if (host === null) return null
  const spelled = scheme! + host + rest!.replace(/[^\x21-\x7e]+/gu, encodeURIComponent)
  // The re-spelled URL must be the same URL to a browser as the author's.
  return parseUrl(spelled)?.href === url.href ? spelled : null
}

/** Without a scheme and no mere place within the mail. */
const relative = /^(?![a-z][a-z0-9+.-]*:|#)./is

/** Many readers drop a mail's `<base>`; a link that is resolved here leads to the right place in those as well. */
function resolved(href: string, base: string): string | null {
  const from = destinationOf(base)
  const url = from === null ? null : URL.parse(href, from)
  return url && destinationOf(url.href)
}

// What a reader takes for an address: with a scheme, or as hosts of the web are called.
const address = /^(?:https?:\/\/|www\.)[^\s/?#]+/i

/**
 * Whether `words`, as the reader sees them, are the address of a host that `destination` does not lead to. Hosts of one
 * site (`www.a.example` and `a.example`) are no other hosts.
 */
export function namesAnotherHost(words: string, destination: string): boolean {
  const shown = words.trim()
  if (!address.test(shown)) return false
  const named = parseUrl(/^www\./i.test(shown) ? `http://${shown}` : shown)?.hostname
  const leadsTo = parseUrl(destination)?.hostname
  if (!named || !leadsTo) return false
  return (
    named !== leadsTo &&
    !named.endsWith(`.${leadsTo}`) &&
    !leadsTo.endsWith(`.${named}`) &&
    bare(named) !== bare(leadsTo)
  )
}

const bare = (host: string): string => host.replace(/^www\./, '')

const printable = /^[\x21-\x7e]+$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const control = /[\x00-\x1f\x7f-\x9f]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: the URL standard trims "C0 control or space"
const trimControls = (text: string): string => text.replace(/^[\x00-\x20]+|[\x00-\x20]+$/g, '')

const parseUrl = (text: string): URL | null => URL.parse(text)

function asciiAuthority(authority: string): string | null {
  if (printable.test(authority)) return authority
  const [, host, port] = /^(.*?)(:[0-9]*)?$/s.exec(authority)!
  const ascii = domainToASCII(host!)
  return ascii && printable.test(ascii) ? ascii + (port ?? '') : null
}
