/** The page: one HTML text that needs no network, the same bytes for the same data and code. */
import type { JournalRecord } from '@marginalia/sweep';
import { changedCode } from '../sweep/changed-code.js';
import { findQuestion } from '../sweep/question.js';
import { valueText } from '../figure/symbols.js';
import { runCommand } from '../sweep/run-command.js';
import { plural, short } from '../render/number.js';
import { replay } from '../render/standing.js';
import { anchorsOf, nameOfSweep } from './anchors.js';
import { browserScript } from './browser-bundle.js';
import { claimSection, command } from './claim-section.js';
import { embedded } from './embedded.js';
import { escaped, scriptJson } from './html.js';
import { Palette } from './picture.js';
import { claimPicture, fixedFigures, galleries } from './pictures.js';
import { provenanceOf } from './provenance.js';
import type { ReportedSweep } from './read.js';
import { style } from './style.js';
import { filterForm, placed, tallyList, verdictTable } from './verdict-table.js';

/** What a page that is served while runs go on has more than one on a disk. */
export interface Live {
  /** HTML above the verdicts. */
  readonly panel: string;
}

export async function pageOf(sweeps: readonly ReportedSweep[], live?: Live): Promise<string> {
  const palette = new Palette();
  const anchor = anchorsOf(sweeps);
  const claims = placed(sweeps);
  const sections: string[] = [];
  for (const [place, { sweep, at, one }] of claims.entries()) {
    const figure = await claimPicture(sweep, one, at, `c${place}`, palette);
    sections.push(claimSection(sweep, one, { anchor: anchor(sweep, one), at, figure }));
  }
  const gallery = await galleries(sweeps, palette);
  const names = [...new Set(sweeps.map(nameOfSweep))];
  const title =
    names.length === 0
      ? 'Waiting for the first run'
      : `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
  const body = `
<a class="skip" href="#verdicts">Skip to the verdicts</a>
<header><div><p class="meta">marginalia report</p><h1>${escaped(title)}</h1>
${await questions(sweeps)}
${tallyList(claims)}
<nav aria-label="Parts of the page"><ul><li><a href="#verdicts">Verdicts</a></li><li><a href="#figures">Figures</a></li><li><a href="#claims">Claims</a></li><li><a href="#provenance">Provenance</a></li></ul></nav></div>
<button type="button" id="theme" hidden>Dark theme</button></header>
<main>
${live?.panel ?? ''}
<section id="verdicts" aria-labelledby="verdicts-title"><h2 id="verdicts-title">Verdicts</h2>
${sweeps.map(warningsOf).join('')}
${filterForm(sweeps)}
${verdictTable(sweeps, anchor)}</section>
<section id="figures" aria-labelledby="figures-title"><h2 id="figures-title">Figures</h2>
${gallery}</section>
<section id="claims" aria-labelledby="claims-title"><h2 id="claims-title">Claims</h2>
${sections.join('\n')}</section>
<section id="provenance" aria-labelledby="provenance-title"><h2 id="provenance-title">Provenance</h2>
${await provenance(sweeps)}</section>
</main>
<footer class="meta"><p>This page loads nothing from anywhere. Its script holds Vega and Vega-Lite, © University of Washington Interactive Data Lab, BSD-3-Clause.</p></footer>`;
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)} · marginalia</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; connect-src ${live ? "'self'" : "'none'"}; base-uri 'none'; form-action 'none'">
<link rel="icon" href="data:,">
<style>${style(palette.declarations('light'), palette.declarations('dark'))}</style></head>
<body>${body}
<script type="application/json" id="data">${scriptJson(embedded(sweeps, fixedFigures))}</script>
<script>${await browserScript('main')}</script>${live ? `<script>${await browserScript('live')}</script>` : ''}
</body></html>
`;
}

async function questions(sweeps: readonly ReportedSweep[]): Promise<string> {
  const asked = new Set<string>();
  for (const { identity } of sweeps) asked.add((await findQuestion(identity.reference)).definition.question);
  return [...asked].map((question) => `<p>${escaped(question)}</p>`).join('');
}

/** What of a folder is not as it should be. */
function warningsOf(sweep: ReportedSweep): string {
  const { failures, planned, source, corrupted, folder } = sweep;
  const lost = planned === undefined ? 0 : planned - source.runs.length - failures.length;
  const lines = [
    ...(planned === undefined
      ? [
          'The folder is of an older version, and does not say how many runs were planned: verdicts are by intervals that hold at every look.',
        ]
      : []),
    ...(lost > 0
      ? [
          `${plural(lost, 'run')} of ${planned} are not there yet: verdicts are of what is there, by intervals that hold at every look.`,
        ]
      : []),
    ...(failures.length > 0 ? [`${plural(failures.length, 'run')} failed.`] : []),
    ...(corrupted > 0 ? [`${plural(corrupted, 'journal line')} damaged, and never used.`] : []),
    ...(sweep.claims.length === 0 ? ['It makes no claim.'] : []),
  ];
  if (lines.length === 0) return '';
  return `<div class="warning"><p><strong>${escaped(folder)}</strong>: ${escaped(lines.join(' '))}</p>${failures.length > 0 ? `<details><summary>What they failed of</summary>${failureList(failures, folder)}</details>` : ''}</div>`;
}

const shownFailures = 5;

export function failureList(failures: readonly JournalRecord[], folder: string): string {
  if (failures.length === 0) return '';
  const items = failures.slice(0, shownFailures).map(({ id, axes, replicate, outcome }) => {
    const said =
      outcome.kind === 'failed' ? `${outcome.failure.kind}: ${outcome.failure.message.split('\n')[0]}` : '';
    const setting = Object.entries(axes).map(([axis, value]) => `${axis} ${valueText(value)}`);
    return `<li>${escaped(said)} <span class="faint">(${escaped([...setting, `replicate ${replicate}`].join(', '))})</span><br>${command(replay(id, folder))}</li>`;
  });
  const more = failures.length - items.length;
  return `<ul class="runs">${items.join('')}</ul>${more > 0 ? `<p class="note">and ${more} more: <code>marginalia table ${escaped(folder)} --runs</code></p>` : ''}`;
}

async function provenance(sweeps: readonly ReportedSweep[]): Promise<string> {
  const { marginalia, node, commit, machine } = provenanceOf();
  const rows: (readonly [string, string])[] = [
    ['rendered by', `marginalia ${marginalia}, Node ${node}`],
    [
      'code of the page',
      commit === undefined
        ? 'an installed package'
        : `commit ${commit.hash}${commit.dirty ? ', with changes that are not committed' : ', clean'}`,
    ],
    ['machine', machine],
  ];
  const parts = [definitions(rows)];
  for (const sweep of sweeps) {
    const { identity, folder, source, setAside } = sweep;
    const question = await findQuestion(identity.reference);
    const changed =
      question.code === identity.code ? undefined : (changedCode(identity.parts, question) ?? 'some of it');
    parts.push(
      `<h3>${escaped(nameOfSweep(sweep))}</h3>`,
      definitions([
        ['folder', folder],
        [
          'runs',
          `${source.runs.length} measured, ${sweep.failures.length} failed${sweep.planned === undefined ? '' : `, of ${sweep.planned} planned`}${setAside > 0 ? `; ${setAside} of other code, seed or environment set aside` : ''}`,
        ],
        ['seed', identity.seed],
        [
          'code of the runs',
          `${identity.code}${changed === undefined ? ', the code that is here now' : `; changed here since: ${changed}`}`,
        ],
        ['journal', `SHA-256 ${sweep.journal} of the sorted checksums of its measured runs`],
        [
          'judged',
          `at α = ${short(sweep.alpha)} a claim, ${sweep.anytime ? 'by intervals that hold at every look' : 'once, at a number of runs fixed beforehand'}`,
        ],
      ]),
      `<p class="meta">Computed again by</p><p>${command(runCommand(identity.reference, identity, { out: folder }))}</p>`,
    );
  }
  return parts.join('\n');
}

const definitions = (rows: readonly (readonly [string, string])[]): string =>
  `<dl>${rows.map(([term, text]) => `<dt>${escaped(term)}</dt><dd>${escaped(text)}</dd>`).join('')}</dl>`;
