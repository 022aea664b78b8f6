/** The style of the report's page, inline so that the page is a single answer; its policy names the hash. */
export const style = `
:root { color-scheme: light dark; --ink: #1b2230; --soft: #5a6577; --paper: #fff; --ground: #eef1f6; --line: #dfe4ec; --open: #2463c4; --click: #b8500f; --bed: #f3f6fa; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9edf4; --soft: #a9b3c4; --paper: #1a1f2a; --ground: #11141b; --line: #2e3545; --open: #7fb0ff; --click: #ffa25c; --bed: #222937; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; overflow-wrap: anywhere; }
main { max-width: 68rem; margin: 0 auto; padding: clamp(1rem, 4vw, 3rem) clamp(1rem, 4vw, 2rem); }
h1 { margin: 0 0 .25rem; font-size: clamp(1.6rem, 4vw, 2.25rem); line-height: 1.2; letter-spacing: -.02em; text-wrap: balance; }
h2 { margin: 0 0 1rem; font-size: 1.125rem; }
p { margin: 0 0 .75rem; }
.eyebrow { margin: 0 0 .5rem; color: var(--soft); font-size: .875rem; }
.soft, .how { color: var(--soft); font-size: .9375rem; }
.how { max-width: 46rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem; margin: 1.75rem 0 1rem; padding: 0; list-style: none; }
.tiles li, section { background: var(--paper); border: 1px solid var(--line); border-radius: 1rem; }
.tiles li { padding: 1.125rem 1.25rem; border-top: .25rem solid var(--line); }
.tiles .open { border-top-color: var(--open); }
.tiles .click { border-top-color: var(--click); }
.tiles b { display: block; font-size: 2rem; font-weight: 650; line-height: 1.2; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.tiles .none { color: var(--soft); font-size: 1.125rem; line-height: 2.4rem; letter-spacing: 0; font-weight: 500; }
section { margin: 1rem 0; padding: clamp(1.125rem, 3vw, 1.75rem); }
.pair { display: grid; grid-template-columns: minmax(0, 3fr) minmax(15rem, 2fr); gap: 1.5rem 2.5rem; align-items: start; }
@media (max-width: 48rem) { .pair { grid-template-columns: minmax(0, 1fr); } }
svg { display: block; width: 100%; height: auto; font: 500 15px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--ink); }
svg .bed { fill: var(--bed); }
svg .open { fill: var(--open); }
svg .click { fill: var(--click); }
svg .soft { fill: var(--soft); font-size: inherit; font-variant-numeric: tabular-nums; }
svg .rule { stroke: var(--line); stroke-width: 1; }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 .75rem; padding: 0; list-style: none; color: var(--soft); font-size: .875rem; }
.key li::before { content: ""; display: inline-block; width: .75rem; height: .75rem; margin-right: .5rem; border-radius: .2rem; vertical-align: -.05rem; background: var(--open); }
.key .click::before { background: var(--click); }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { padding: .4rem 0 .4rem 1rem; border-bottom: 1px solid var(--line); text-align: right; font-weight: 400; }
th:first-child { padding-left: 0; text-align: left; }
thead th { color: var(--soft); font-size: .8125rem; }
tbody tr:last-child > * { border-bottom: 0; }
.scroll { max-height: 34rem; overflow: auto; }
.scroll:focus-visible { outline: 3px solid var(--open); outline-offset: 3px; }
footer { margin-top: 1.5rem; }
@media print { body, main { background: none; padding: 0; } section, .tiles li { break-inside: avoid; } .scroll { max-height: none; } }
`
