"""The report's style: one column, tables that become cards on a phone, dark where the reader's device is, fit for paper."""

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --card: #f5f7f9; --ink: #1b232d; --soft: #566272; --line: #d9dfe6; --blue: #2a67ad;
  --pale: #bcd4f0; --good: #1b6e3c; --bad: #b3261e; --warn: #855000; }
@media (prefers-color-scheme: dark) { :root { --paper: #12161c; --card: #1b222b; --ink: #e7ebf0; --soft: #a0acba; --line: #2d3642;
  --blue: #7fb2f0; --pale: #2f4d74; --good: #6fcf97; --bad: #ff8a80; --warn: #f0b35a; } }
* { box-sizing: border-box; } html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px; }
h1 { font-size: 28px; line-height: 1.25; margin: 0; } h2 { font-size: 22px; margin: 0 0 8px; } h3 { font-size: 17px; margin: 28px 0 6px; }
h4 { font-size: 15px; margin: 18px 0 0; } p { margin: 6px 0 10px; } small { font-weight: 400; color: var(--soft); }
header p { margin: 0; } .quiet, footer, figcaption { color: var(--soft); } .warn { color: var(--warn); } strong.bad { color: var(--bad); }
section { margin-top: 44px; border-top: 1px solid var(--line); padding-top: 24px; }
.short { margin-top: 20px; border: 0; padding: 14px 18px; background: var(--card); border-radius: 10px; }
.short ul { margin: 0; padding-left: 20px; } .short li { margin: 3px 0; }
nav { display: flex; flex-wrap: wrap; gap: 6px 16px; margin-top: 18px; } a { color: var(--blue); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); gap: 14px; margin-top: 14px; }
.tile { background: var(--card); border-radius: 10px; border-left: 5px solid var(--soft); padding: 12px 16px; }
.tile h3 { margin: 0; } .tile p { margin: 4px 0; font-size: 14.5px; } .tile h3 small { display: block; font-size: 14px; }
.tile .figure { font-size: 25px; font-weight: 650; line-height: 1.3; } .tile.open .figure { color: var(--soft); }
.tile.good { border-color: var(--good); } .tile.good .figure { color: var(--good); }
.tile.bad { border-color: var(--bad); } .tile.bad .figure { color: var(--bad); }
table { border-collapse: collapse; width: 100%; font-size: 14.5px; font-variant-numeric: tabular-nums; margin: 8px 0 12px; }
th, td { padding: 5px 8px; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; vertical-align: middle; }
thead th { color: var(--soft); font-size: 13.5px; vertical-align: bottom; } tbody th { font-weight: 600; } .left { text-align: left; }
.heat td[class] { background: color-mix(in srgb, var(--heat-ink) var(--heat), transparent); }
.heat .calm { --heat-ink: #7fae8e; } .heat .low { --heat-ink: #d3b652; } .heat .medium { --heat-ink: #dd8a3c; }
.heat .high { --heat-ink: #d2564b; }
svg.bar { vertical-align: middle; max-width: 100%; } .bar .zero { stroke: var(--soft); } .bar .track { fill: var(--line); }
.bar .interval { stroke: var(--ink); stroke-width: 2; stroke-linecap: round; } .bar circle { fill: var(--blue); } .bar .fill { fill: var(--blue); }
.bar.good circle, .bar.good .interval { fill: var(--good); stroke: var(--good); }
.bar.bad circle, .bar.bad .interval { fill: var(--bad); stroke: var(--bad); } .bar .limit { stroke: var(--soft); stroke-dasharray: 3 3; }
.bar.warn circle, .bar.warn .interval { fill: var(--warn); stroke: var(--warn); } span.bad { color: var(--bad); font-weight: 600; } .bar.stopped .fill { fill: var(--soft); }
figure { margin: 26px 0 0; } .plot { width: 100%; height: auto; font-size: 12px; } .plot text { fill: var(--soft); }
.plot .grid { stroke: var(--line); } .plot .band { fill: var(--pale); opacity: .55; } .plot .line { fill: none; stroke: var(--blue);
  stroke-width: 2.2; } .plot circle { fill: var(--blue); } .plot .held { stroke: var(--warn); stroke-width: 1.5; fill: var(--warn); }
.mid { text-anchor: middle; } .end { text-anchor: end; } .narrow { display: none; }
.key::before { content: ""; display: inline-block; width: 10px; height: 10px; margin-right: 4px; background: var(--blue); border-radius: 5px; }
.key.held::before { background: var(--warn); border-radius: 0; }
.told { border-left: 4px solid var(--warn); padding: 2px 14px; margin: 14px 0; } .told.bad { border-color: var(--bad); }
.told h3 { margin: 4px 0; } summary { cursor: pointer; color: var(--blue); padding: 6px 0; }
footer { margin-top: 44px; border-top: 1px solid var(--line); padding-top: 12px; font-size: 14px; }
@media screen and (max-width: 700px) {
  main { padding: 16px; } .wide { display: none; } .narrow { display: block; } h1 { font-size: 24px; }
  .cards thead { display: none; } .cards, .cards tbody { display: block; }
  .cards tr { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 14px; border: 1px solid var(--line); border-radius: 10px; padding: 8px 12px; margin: 10px 0; }
  .cards th, .cards td { display: block; text-align: left; border: 0; padding: 0; }
  .cards th, .cards td[data-label=""] { grid-column: 1 / -1; } .cards th { font-size: 16px; }
  .cards td::before { content: attr(data-label); display: block; color: var(--soft); font-size: 13px; line-height: 1.3; }
  .cards td:empty { display: none; }
  .heat th, .heat td { padding: 5px 4px; font-size: 13px; }
}
@media print {
  :root { --paper: #fff; --card: #f5f7f9; --ink: #000; --soft: #444; --line: #ccc; --blue: #2a67ad; --pale: #bcd4f0; --good: #1b6e3c;
    --bad: #b3261e; --warn: #855000; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; } nav { display: none; } * { print-color-adjust: exact; }
  section { margin-top: 24pt; padding-top: 12pt; } tr, .tile, figure, .told { break-inside: avoid; } h2, h3, h4 { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; } summary { list-style: none; color: var(--ink); font-weight: 600; break-after: avoid; }
  table { font-size: 9pt; } th, td { padding: 3pt 4pt; } svg.bar { width: 150px; }
}
"""
