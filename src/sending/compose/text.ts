import { convert } from 'html-to-text'

/**
 * The text part of a mail that has none: the words of its html, with the destinations of its links behind them, merge
 * fields as they stand. Nothing is set in capitals or wrapped, since either would break a `{{field}}`.
 */
export const textOf = (html: string): string =>
  convert(html, {
    wordwrap: false,
    limits: { maxDepth: 256, maxInputLength: 4_000_000, ellipsis: '' },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { ignoreHref: false, hideLinkHrefIfSameAsText: true, noAnchorUrl: true } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  })
