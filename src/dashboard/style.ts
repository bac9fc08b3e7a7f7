/** How pages look: light and dark, from a phone's width up. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f5f7f8; --paper: #ffffff; --ink: #16212b; --dim: #55636f; --line: #d8dfe4; --edge: #7d8b96;
  --main: #0b6b63; --main-ink: #ffffff; --soft: #e3f1ef;
  --good: #1b6e3c; --good-soft: #e4f3e9; --bad: #b3261e; --bad-soft: #fbe9e7; --warn: #8a5300; --warn-soft: #fdf1dc;
  --sent: #2f8f83; --way: #7a9cc6; --failed: #c7362c; --void: #a9b4bd;
  --shadow: 0 1px 2px rgb(16 24 32 / 8%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10171c; --paper: #18222a; --ink: #e8eef2; --dim: #a3b1bc; --line: #2b3843; --edge: #71808c;
    --main: #5cc7b8; --main-ink: #06201d; --soft: #16332f;
    --good: #7fd19b; --good-soft: #15301f; --bad: #ff9d94; --bad-soft: #3d1a18; --warn: #f3c06b; --warn-soft: #38290f;
    --sent: #3fa596; --way: #6f94c4; --failed: #e2574c; --void: #5c6a75;
    --shadow: none;
  }
}
* { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; background: var(--ground); color: var(--ink); }
body { margin: 0; min-height: 100vh; }
a { color: var(--main); text-underline-offset: 2px; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 1.1rem; line-height: 1.3; margin: 0 0 .75rem; }
h3 { font-size: 1rem; line-height: 1.35; margin: 0; }
p { margin: 0 0 .75rem; }
code { font: .875em ui-monospace, "Cascadia Mono", Consolas, monospace; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--paper); padding: .5rem 1rem; z-index: 2; border-radius: 0 0 8px 8px; }
.skip:focus { top: 0; }
.dim { color: var(--dim); font-weight: 400; }
.strong { font-weight: 600; }

.top { background: var(--paper); border-bottom: 1px solid var(--line); }
.bar { max-width: 72rem; margin: 0 auto; padding: .6rem 1.25rem; display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; }
nav.bar { padding-block: 0; }
.brand { display: flex; align-items: center; gap: .6rem; font-weight: 700; color: var(--ink); text-decoration: none; }
.brand img { display: block; }
.clinic { display: flex; gap: .4rem; align-items: center; margin: 0; min-width: 0; font-weight: 600; }
span.clinic { color: var(--dim); overflow-wrap: anywhere; }
.clinic select { max-width: 14rem; }
.who { margin-left: auto; display: flex; align-items: center; gap: .25rem .75rem; flex-wrap: wrap; }
.who .name { color: var(--dim); overflow-wrap: anywhere; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 .25rem; margin: 0 -.75rem; padding: 0; }
nav a { display: block; padding: .6rem .75rem; color: var(--dim); text-decoration: none; border-bottom: 3px solid transparent; }
nav a:hover { color: var(--ink); }
nav a[aria-current] { color: var(--ink); font-weight: 600; border-bottom-color: var(--main); }

main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
.head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .25rem 1rem; margin-bottom: 1.25rem; }
.updated { color: var(--dim); font-size: .875rem; margin: 0; font-variant-numeric: tabular-nums; }
section { margin-top: 2rem; min-width: 0; }
.columns { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }

.tiles { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 12.5rem), 1fr)); }
.tile { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; box-shadow: var(--shadow); border-top: 4px solid var(--line); }
.tile > * { display: flex; flex-direction: column; height: 100%; padding: .8rem 1rem 1rem; color: inherit; text-decoration: none; }
.tile > a:hover .label { text-decoration: underline; }
.tile .label { color: var(--dim); font-size: .9rem; line-height: 1.3; min-height: 2.6em; }
.tile .value { font-size: 2rem; font-weight: 700; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile .value.words { font-size: 1.25rem; }
.tile .note-small { color: var(--dim); font-size: .85rem; }
.tile.good { border-top-color: var(--good); }
.tile.warn { border-top-color: var(--warn); }
.tile.bad { border-top-color: var(--bad); }
.tile.bad .value { color: var(--bad); }

.note { margin: 0 0 1rem; padding: .75rem 1rem; border-radius: 8px; background: var(--soft); border-left: 4px solid var(--main); overflow-wrap: anywhere; }
.note.good { background: var(--good-soft); border-color: var(--good); }
.note.bad { background: var(--bad-soft); border-color: var(--bad); }
.note.warn { background: var(--warn-soft); border-color: var(--warn); }
.note ul { margin: .25rem 0 0; padding-left: 1.25rem; }
.empty { border: 1px dashed var(--edge); border-radius: 12px; padding: 1.25rem; text-align: center; color: var(--dim); }
.empty p { margin: 0; }
.empty .strong { color: var(--ink); }

.causes { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.25rem; box-shadow: var(--shadow); overflow-wrap: anywhere; }
.card > :last-child { margin-bottom: 0; }
div.card { margin: 1rem 0; }
.card.bad { border-left: 4px solid var(--bad); }
.card.warn { border-left: 4px solid var(--warn); }
.causes .card { border-left: 4px solid var(--bad); }
.causes .card.warn { border-left-color: var(--warn); }
.cause { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: .25rem 1rem; margin-bottom: .5rem; }
.cause h2, .cause h3 { margin: 0; flex: 1 1 16rem; }
.count { font-weight: 600; white-space: nowrap; }
.fields { color: var(--dim); margin-bottom: .5rem; }
.rows { list-style: none; margin: .75rem 0; padding: 0; }
.rows li { display: flex; flex-wrap: wrap; align-items: center; gap: .15rem .9rem; padding: .4rem 0; border-top: 1px solid var(--line); }
.rows form { margin-left: auto; }

.actions { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; margin-top: .75rem; }
.actions.sticky { position: sticky; bottom: 0; background: var(--ground); padding: .75rem 0; border-top: 1px solid var(--line); }
.inline { display: inline-flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 0; }
.stack { display: grid; gap: .5rem; justify-items: start; margin: 0; }
.stack > input { width: 100%; max-width: 28rem; }
.stack > p { margin: 0; }
button, .button, select, input, textarea { font: inherit; color: inherit; }
button, .button, summary.button { display: inline-block; min-height: 2.5rem; padding: .45rem .95rem; border-radius: 8px; border: 1px solid var(--edge); background: var(--paper); cursor: pointer; text-decoration: none; color: var(--ink); line-height: 1.45; }
button:hover, .button:hover { background: var(--soft); }
button.main { background: var(--main); border-color: var(--main); color: var(--main-ink); font-weight: 600; }
button.main:hover { filter: brightness(1.08); }
button.danger { background: var(--bad); border-color: var(--bad); color: var(--paper); font-weight: 600; }
button.small { min-height: 2rem; padding: .2rem .7rem; font-size: .9rem; }
button.quiet { border-color: transparent; background: none; color: var(--main); text-decoration: underline; text-underline-offset: 2px; padding-inline: .4rem; min-height: 2.25rem; }
summary { cursor: pointer; }
summary.button { list-style: none; }
summary.button::-webkit-details-marker { display: none; }
.sure[open] { background: var(--paper); border: 1px solid var(--edge); border-radius: 12px; padding: .75rem 1rem 1rem; flex: 1 1 100%; }
.sure[open] > summary { margin-bottom: .75rem; }

.filter { display: grid; gap: .75rem 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr)); align-items: end; background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.25rem; margin-bottom: 1rem; }
.filter .actions, .filter .note { grid-column: 1 / -1; margin: 0; }
.field { min-width: 0; }
label { display: block; font-size: .9rem; color: var(--dim); }
.correct label { color: var(--ink); font-weight: 600; }
.correct label code { color: var(--dim); font-weight: 400; }
input:not([type=hidden]), select, textarea { background: var(--paper); border: 1px solid var(--edge); border-radius: 8px; padding: .45rem .6rem; min-height: 2.5rem; width: 100%; min-width: 0; }
.clinic select, .clinic button { width: auto; min-height: 2.25rem; padding-block: .25rem; }
textarea { resize: vertical; }

.wide { margin: 0; overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: 12px; }
table { border-collapse: collapse; width: 100%; font-size: .925rem; }
th, td { text-align: left; padding: .55rem .8rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--dim); font-weight: 600; font-size: .85rem; white-space: nowrap; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.bad { color: var(--bad); font-weight: 700; }
.when { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.id { white-space: nowrap; }
.columns thead th { white-space: normal; vertical-align: bottom; }
.columns th, .columns td { padding-inline: .6rem; }
td.why { min-width: 12rem; }
.pager { display: flex; justify-content: space-between; align-items: center; gap: 1rem; margin-top: 1rem; }
.pager :last-child { margin-left: auto; }

.tag { display: inline-block; padding: .1rem .6rem; border-radius: 999px; font-size: .85rem; font-weight: 600; white-space: nowrap; background: var(--soft); color: var(--ink); }
.tag.sent { background: var(--good-soft); color: var(--good); }
.tag.failed { background: var(--bad-soft); color: var(--bad); }
.tag.waiting, .tag.held { background: var(--warn-soft); color: var(--warn); }
.tag.void { background: none; border: 1px solid var(--edge); color: var(--dim); }
.state { font-size: 1.05rem; }
.tiles + .facts { margin-top: 1.5rem; }
.facts { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; gap: .3rem 1.25rem; margin: 0 0 1rem; }
.facts dt { color: var(--dim); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.timeline { list-style: none; margin: 0; padding: 0 0 0 1.1rem; border-left: 2px solid var(--line); }
.timeline li { position: relative; padding-bottom: .9rem; }
.timeline li::before { content: ""; position: absolute; left: -1.5rem; top: .45rem; width: .7rem; height: .7rem; border-radius: 50%; background: var(--edge); }
.timeline .sent::before { background: var(--sent); }
.timeline .failed::before { background: var(--failed); }
.timeline .waiting::before { background: var(--warn); }
.timeline .next::before { background: var(--paper); border: 2px solid var(--edge); }
.timeline time { display: block; color: var(--dim); font-size: .875rem; font-variant-numeric: tabular-nums; }
.json pre { font: inherit; margin: 0; }
.json { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1rem; overflow: auto; max-height: 32rem; font: .85rem/1.5 ui-monospace, "Cascadia Mono", Consolas, monospace; margin: 0; }
.reveal { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; margin-bottom: .75rem; }
.reveal p { margin: 0; }

.correct { display: grid; gap: 1rem; max-width: 46rem; }
fieldset { border: 1px solid var(--line); border-radius: 12px; padding: .75rem 1rem 1rem; margin: 0; display: grid; gap: .9rem; min-width: 0; background: var(--paper); }
legend { padding: 0 .4rem; font-weight: 600; }
.hint { color: var(--dim); font-size: .875rem; margin: 0 0 .25rem; }
.must { color: var(--dim); font-weight: 400; }
.wrong { border-left: 4px solid var(--bad); padding-left: .75rem; }
.wrong input:not([type=hidden]), .wrong select, .wrong textarea { border-color: var(--bad); }
.problem { color: var(--bad); font-weight: 600; margin: .25rem 0 0; }

.chart { margin: 0; background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.25rem; }
.chart svg { display: block; width: 100%; height: 11rem; overflow: visible; }
.chart .axis { stroke: var(--edge); stroke-width: 1; vector-effect: non-scaling-stroke; }
.chart .hit { fill: transparent; }
.chart g:hover .hit { fill: var(--soft); }
.chart .sent { fill: var(--sent); } .chart .way { fill: var(--way); } .chart .failed { fill: var(--failed); } .chart .void { fill: var(--void); }
.most, .days { color: var(--dim); font-size: .8rem; }
.days { display: flex; justify-content: space-between; margin-top: .25rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; margin: .75rem 0; font-size: .875rem; }
.swatch { display: inline-block; width: .75rem; height: .75rem; border-radius: 3px; margin-right: .4rem; }
.swatch.sent { background: var(--sent); } .swatch.way { background: var(--way); } .swatch.failed { background: var(--failed); } .swatch.void { background: var(--void); }
.chart details .wide { margin-top: .5rem; max-height: 20rem; overflow: auto; }

.door { max-width: 26rem; padding-top: 12vh; }
.door h1 { margin-bottom: 1.25rem; }
.door .stack { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem; margin-bottom: 1rem; justify-items: stretch; }
.tabs { margin: 0 0 .75rem; }
@media (max-width: 40rem) {
  .bar { padding-inline: 1rem; }
  main { padding: 1.1rem 1rem 3rem; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .tile .value { font-size: 1.6rem; }
  .tile .label { min-height: 3.9em; }
  .tile .value.words { font-size: 1.05rem; }
  nav ul { gap: 0; flex-wrap: nowrap; overflow-x: auto; }
  nav a { white-space: nowrap; }
  .filter { grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); padding: 1rem; }
  nav a { padding: .5rem .6rem; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: .5rem; }
  .who { margin-left: 0; }
}
@media (prefers-reduced-motion: no-preference) { .tile, button { transition: background-color .12s; } }
@media (forced-colors: active) { .tag, .tile, .card { border: 1px solid; } }
`;
