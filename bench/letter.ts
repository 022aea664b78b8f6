const links = Array.from(
  { length: 5 },
  (_, index) => `<p><a href="https://target.example/page/${index}?a=1">Page ${index}</a></p>`,
)
const paragraph = '<p>The boatyard has finished its winter roof, and the tide tables for the new year are ready.</p>'

/** What the mails of `bench/sends.ts` say. */
export const letterHtml = `<html><body><h1>Hi {{name}}</h1>${paragraph.repeat(20)}${links.join('')}</body></html>`
