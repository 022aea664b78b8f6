import { seen } from './people.ts'
import type { TextRule } from './text-rule.ts'

/** How a user agent is built. Browsers are built alike the world over; what departs from it was written by hand. */
export const shapes: readonly TextRule[] = [
  {
    id: 'nameless',
    reason: 'sends no user agent; every browser and mail program does',
    toward: 'scanner',
    strength: 'proof',
    test: /^\s*$|^-$/,
  },
  {
    id: 'compatible-program',
    reason: 'the old form "Mozilla (compatible; …)" around a name that was never a browser',
    toward: 'scanner',
    strength: 'proof',
    test: /^Mozilla\/\d\.\d+ \(compatible(?:;|(?= )) *(?![; ]|MSIE(?!;| or )|Konqueror|U;|IBrowse|iCab|Dillo|NetSurf|.*(?:Amiga|BeOS|NetFront|Lotus|ms-office|OmniWeb|Linux|Web[pP]ositive))/i,
  },
  {
    id: 'stranger-in-engine',
    reason: "something that is no browser wrote its name into the engine's own bracket",
    toward: 'scanner',
    strength: 'proof',
    test: /\(KHTML, like Gecko(?!\)|, Safari|\) )[;, ]/i,
  },
  {
    id: 'engine-compatible',
    reason: 'says "compatible" behind a browser\'s name: a machine that wears it',
    toward: 'scanner',
    strength: 'proof',
    test: /(?:Gecko|Safari\/|Chrome\/|Firefox\/|AppleWebKit).*\(compatible|; ?compatible;/i,
  },
  {
    id: 'written-small',
    reason: 'the product token in small letters, which no browser has',
    toward: 'scanner',
    strength: 'proof',
    test: /^mozilla\//,
  },
  {
    id: 'mozilla-without-platform',
    reason: 'begins like a browser and names neither platform nor engine',
    toward: 'scanner',
    strength: 'proof',
    test: /^Mozilla\/\d\.\d+(?!\s*$)(?!.*(?:AppleWebKit|Gecko|Trident|MSIE|Presto|Windows|Mac|Linux|X11|Android|iPhone|iPad|Symbian|OS\/2|PlayStation|Nintendo|PSP|BlackBerry|BB10|Amiga|BeOS|SunOS|BSD|Opera|Sony|SAMSUNG|SMART|Compatible; (?:MSIE|Konq)|Nokia|Palm|webOS|Galeon|Konqueror|Lotus|ms-office|BREW|Charon|Planetweb|Dreamcast|QNX|OpenBSD|RISC|Haiku|Ladybird|QGIS|Vodafone|Mobile;|iCab|Dillo|NetSurf))/i,
  },
  {
    id: 'placeholder',
    reason: 'a form that nobody filled in',
    toward: 'scanner',
    strength: 'proof',
    test: /W\.X\.Y\.Z|user-?agent:?\s|^null$|^undefined$|%s/i,
  },
  {
    id: 'prefixed-browser',
    reason: "a name in front of a whole browser's user agent: a program that passes it on",
    toward: 'scanner',
    strength: 'proof',
    test: /^(?!Mozilla\/|Opera\/)[\w. /+-]+[,:|] ?Mozilla\/\d/,
  },
  {
    id: 'faceless',
    reason: "names neither a browser, nor a mail program, nor anything to hold in one's hand: it cannot show a mail",
    toward: 'scanner',
    strength: 'sign',
    test: new RegExp(`^(?!.*(?:${seen.source})).*[a-z\\d]`, 'i'),
  },
]
