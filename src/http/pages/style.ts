/** The one style sheet of the public pages, inline so that a page is a single answer; the policy of the page names its hash. */
export const style = `
:root { color-scheme: light dark; --ink: #1d2330; --soft: #566071; --paper: #fff; --ground: #f2f4f7; --line: #dde1e8; --field: #8a93a3; --act: #1f5fbf; --on-act: #fff; --quiet: #eef2f8; --stop: #b3261e; --on-stop: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebf1; --soft: #a7b0c0; --paper: #1b202a; --ground: #12151c; --line: #303747; --field: #7d879a; --act: #8ab6ff; --on-act: #0c1626; --quiet: #252c39; --stop: #ff9d94; --on-stop: #2a0705; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; background: var(--ground); color: var(--ink); font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; display: flex; flex-direction: column; align-items: center; padding: clamp(1rem, 6vh, 4.5rem) 1rem 2rem; overflow-wrap: anywhere; }
main { width: 100%; max-width: 34rem; background: var(--paper); border: 1px solid var(--line); border-radius: 1rem; padding: clamp(1.25rem, 5vw, 2.75rem); }
main.wide { max-width: 46rem; }
.sender { margin: 0 0 1.25rem; color: var(--soft); font-size: .9375rem; }
h1 { margin: 0 0 .75rem; font-size: clamp(1.5rem, 5vw, 1.75rem); line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; }
h2 { margin: 2rem 0 .5rem; font-size: 1.25rem; line-height: 1.35; text-wrap: balance; }
h3 { margin: 1.5rem 0 .5rem; font-size: 1.0625rem; line-height: 1.4; }
p { margin: 0 0 1rem; }
ul { margin: 0 0 1rem; padding-left: 1.25rem; }
section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: .5rem; }
section h2 { margin-top: 1.25rem; }
section section { border: 0; margin: 0; padding: 0; }
form { margin: 1.5rem 0 0; }
section form { margin-top: .75rem; }
section > form + form { margin-top: 1.75rem; }
label { display: block; margin: 0 0 .375rem; font-weight: 600; }
input, textarea { display: block; width: 100%; min-height: 3rem; margin: 0 0 .75rem; padding: .625rem .875rem; border: 1px solid var(--field); border-radius: .625rem; background: var(--paper); color: var(--ink); font: inherit; }
textarea { min-height: 7rem; resize: vertical; }
button, .button { display: block; width: 100%; min-height: 3rem; padding: .75rem 1.25rem; border: 1px solid transparent; border-radius: .625rem; background: var(--act); color: var(--on-act); font: inherit; font-weight: 600; line-height: 1.4; text-align: center; text-decoration: none; cursor: pointer; }
button:hover, .button:hover { filter: brightness(1.08); }
button.quiet, .button.quiet { background: var(--quiet); color: var(--ink); border-color: var(--line); }
button.stop, .button.stop { background: var(--stop); color: var(--on-stop); }
:is(button, a, input, textarea, summary):focus-visible { outline: 3px solid var(--act); outline-offset: 3px; border-radius: .375rem; }
a { color: var(--act); text-underline-offset: .15em; }
strong.host { font-size: 1.125rem; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); }
.note, .code, footer { color: var(--soft); font-size: .875rem; }
.note { margin: .5rem 0 1rem; }
.fault { padding: .75rem 1rem; border-left: 4px solid var(--stop); background: var(--quiet); border-radius: .25rem; }
.code { margin: 1.5rem 0 0; font-family: ui-monospace, Menlo, Consolas, monospace; }
.plain { list-style: none; margin: 0; padding: 0; }
.contents { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.acts { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: .75rem; }
.acts form { flex: 1 1 12rem; margin: 0; }
.purpose { padding: 1rem 0; border-bottom: 1px solid var(--line); }
.purpose:last-child { border: 0; }
.purpose p { margin: 0; }
details { margin: 0 0 .5rem; border: 1px solid var(--line); border-radius: .625rem; }
summary { padding: .75rem 1rem; cursor: pointer; font-weight: 600; }
details > dl { margin: 0; padding: 0 1rem 1rem; }
dl { display: grid; grid-template-columns: minmax(9rem, 1fr) 2fr; gap: .375rem 1rem; margin: 0 0 1rem; font-size: .9375rem; }
dt { color: var(--soft); }
dd { margin: 0; }
dd ul, dd dl { margin: 0; }
dd ul { padding-left: 1.1rem; }
pre { margin: 0; white-space: pre-wrap; font: inherit; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin: 0 0 .625rem; } }
footer { max-width: 34rem; margin-top: 1.25rem; text-align: center; }
footer p { margin: .5rem 0 0; }
.languages { display: flex; flex-wrap: wrap; justify-content: center; gap: .25rem 1.25rem; list-style: none; margin: 0; padding: 0; }
.languages a, .languages span { display: inline-block; padding: .375rem .125rem; }
.languages span { color: var(--ink); font-weight: 600; }
@media print { body { display: block; background: none; padding: 0; } main { max-width: none; border: 0; padding: 0; } form, nav, footer, .button { display: none; } }
`
