/** How the page looks: one column for reading, filters beside it where there is room, on white, on dark and on paper. */
export const style = (light: string, dark: string): string => `
:root{color-scheme:light;--ground:#fdfdfc;--raised:#fff;--ink:#1c1d20;--faint:#5c6068;--line:#dfe1e5;--link:#0b5c96;--accent:#0072b2;
--supported:#00694d;--supported-ground:#e2f3ec;--refuted:#a03c00;--refuted-ground:#fdebe0;--vacuous:#55585f;--vacuous-ground:#ececee;--inconclusive:#6b5600;--inconclusive-ground:#fbf3cf;${light}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${darkColours}${dark}}}
:root[data-theme=dark]{${darkColours}${dark}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 "Source Serif 4","Iowan Old Style","Palatino Linotype",Palatino,Georgia,serif}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:2px}
.skip{position:absolute;left:-99rem;top:0;padding:.5rem 1rem;background:var(--raised);z-index:2}
.skip:focus{left:0}
h1,h2,h3,h4,table,nav,form,.chip,.meta,figcaption,dt,button,summary,.tally,.note,.live{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .4rem;letter-spacing:-.01em}
h2{font-size:1.3rem;margin:2.8rem 0 .8rem;padding-bottom:.3rem;border-bottom:2px solid var(--ink)}
h3{font-size:1.08rem;line-height:1.35;margin:0 0 .3rem}
h4{font-size:.82rem;text-transform:uppercase;letter-spacing:.06em;color:var(--faint);margin:1.3rem 0 .4rem}
p{margin:.5rem 0}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2rem;display:flex;flex-wrap:wrap;gap:1rem 2rem;align-items:flex-start;justify-content:space-between}
header>div{flex:1 1 24rem}
.meta{color:var(--faint);font-size:.86rem}
.tally{display:flex;flex-wrap:wrap;gap:.5rem;margin:.8rem 0;padding:0;list-style:none}
.chip{display:inline-block;white-space:nowrap;font-size:.82rem;font-weight:600;padding:.1rem .55rem;border-radius:1rem}
.chip.supported{color:var(--supported);background:var(--supported-ground)}
.chip.refuted{color:var(--refuted);background:var(--refuted-ground)}
.chip.vacuous{color:var(--vacuous);background:var(--vacuous-ground)}
.chip.inconclusive{color:var(--inconclusive);background:var(--inconclusive-ground)}
.surprise{font-size:.78rem;color:var(--faint);white-space:nowrap}
button{font-size:.86rem;color:var(--ink);background:var(--raised);border:1px solid var(--line);border-radius:.4rem;padding:.35rem .8rem;cursor:pointer}
button:hover{border-color:var(--faint)}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;margin:.5rem 0 0;padding:0;font-size:.92rem}
form{background:var(--raised);border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem;margin:1rem 0;font-size:.86rem}
form .groups{display:flex;flex-wrap:wrap;gap:.8rem 1.6rem}
fieldset{border:0;margin:0;padding:0;min-width:0}
legend{font-weight:600;padding:0;margin-bottom:.2rem}
fieldset label{display:inline-flex;align-items:center;gap:.25rem;margin-right:.7rem;white-space:nowrap;min-height:1.6rem}
.status{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:center;margin-top:.7rem}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;width:100%;font-size:.86rem;line-height:1.4}
th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
thead th{font-size:.76rem;color:var(--faint);font-weight:600;white-space:nowrap;border-bottom:1px solid var(--faint)}
tbody th{font-weight:500}
.number{font-variant-numeric:tabular-nums;white-space:nowrap;text-align:right}
thead .number{text-align:right}
.faint{color:var(--faint)}
caption{text-align:left;color:var(--faint);font-size:.82rem;padding-bottom:.4rem}
.verdicts td:first-child{min-width:8.5rem}
.verdicts tbody th{min-width:15rem}
.verdicts tbody th small{display:block;color:var(--faint);font-weight:400;overflow-wrap:anywhere}
article{border-top:1px solid var(--line);padding:1.6rem 0 1rem}
article:target{background:linear-gradient(90deg,var(--accent) 4px,transparent 4px) no-repeat;padding-left:1rem}
.statement{font-size:1.12rem;line-height:1.75;margin:.9rem 0;padding:.8rem 1.1rem;background:var(--raised);border:1px solid var(--line);border-radius:.5rem}
math{font-size:1.04em}
.columns{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 2rem}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1rem;margin:.4rem 0;font-size:.92rem}
dt{color:var(--faint);font-size:.84rem;padding-top:.08rem}
dd{margin:0;overflow-wrap:anywhere}
.reason{font-size:1rem}
figure{margin:1rem 0;max-width:40rem}.gallery figure{margin:0}
figure svg{max-width:100%;height:auto;display:block}
.gallery{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,34rem),1fr));gap:1rem 2rem;align-items:start}
.picture{background:var(--raised);border:1px solid var(--line);border-radius:.5rem;padding:.4rem;overflow-x:auto}
.picture .empty{padding:2rem 1rem;margin:0;color:var(--faint);text-align:center}
figcaption{font-size:.8rem;color:var(--faint);margin-top:.3rem}
details{margin:.6rem 0}
summary{cursor:pointer;font-size:.9rem;font-weight:600}
ul.runs{list-style:none;padding:0;margin:.3rem 0}
ul.runs li{margin:.35rem 0}
code{font:.82rem/1.5 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;background:var(--raised);border:1px solid var(--line);border-radius:.3rem;padding:.12rem .4rem;overflow-wrap:anywhere}
.warning{border-left:4px solid var(--refuted);padding:.3rem .9rem;background:var(--refuted-ground)}
.note{color:var(--faint);font-size:.84rem}
[hidden]{display:none!important}
.only-dark{display:none}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]) .only-dark{display:block}:root:not([data-theme=light]) .only-light{display:none}}
:root[data-theme=dark] .only-dark{display:block}:root[data-theme=dark] .only-light{display:none}
.live{border:1px solid var(--line);background:var(--raised);border-radius:.6rem;padding:1rem;margin:1.2rem 0}
progress{width:100%;height:.8rem;accent-color:var(--accent)}
footer{padding-top:2rem;padding-bottom:3rem}
@media (max-width:48rem){header,main,footer{padding-left:1rem;padding-right:1rem}.columns{grid-template-columns:minmax(0,1fr)}h1{font-size:1.4rem}dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:.4rem}.statement{padding:.6rem .8rem;overflow-x:auto}}
@media print{:root,:root[data-theme=dark]{color-scheme:light}nav,form,button,.skip{display:none!important}body{font-size:10.5pt}h2{break-after:avoid}article,figure,tr{break-inside:avoid}article{break-before:auto}.scroll{overflow:visible}a{color:inherit;text-decoration:none}}
`;

const darkColours = `color-scheme:dark;--ground:#0f1216;--raised:#14171c;--ink:#eceef1;--faint:#a6abb4;--line:#2c313a;--link:#7cc0ee;--accent:#56b4e9;
--supported:#6fd8b3;--supported-ground:#10312a;--refuted:#ffab7a;--refuted-ground:#3d2113;--vacuous:#c4c8cf;--vacuous-ground:#2a2e35;--inconclusive:#f0dd7c;--inconclusive-ground:#38320f;`;
