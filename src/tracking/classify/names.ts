import type { TextRule } from './text-rule.ts'

/** Those who fetch for a reader or ahead of one, by the names they are known under. */
export const intermediaries: readonly TextRule[] = [
  {
    id: 'apple-privacy-protection',
    reason: 'Apple Mail loads all pictures in advance and says exactly this much',
    toward: 'prefetch',
    strength: 'proof',
    test: /^Mozilla\/5\.0$/,
  },
  {
    id: 'image-proxy',
    reason: 'a mail provider fetches a picture because a reader opened the mail',
    toward: 'proxy',
    strength: 'proof',
    test: /GoogleImageProxy|YahooMailProxy|(?:image|img|e?mail)[- ]?proxy|mail\.[\w.]+ proxy/i,
  },
  {
    id: 'stripped-engine',
    reason: 'an engine without platform or product: Apple and Outlook both fetch with it, and only timing tells which',
    toward: 'prefetch',
    strength: 'sign',
    test: /^Mozilla\/5\.0 AppleWebKit\/[\d.]+ \(KHTML, like Gecko\)$/,
  },
]
