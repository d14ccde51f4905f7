/** The verdict table of all sweeps, what must not be missed on top, and the filters above it. */
import type { AxisValue } from '@marginalia/theory';
import { levelsOf } from '../figure/runs.js';
import { symbolOf, valueText } from '../figure/symbols.js';
import { plural } from '../render/number.js';
import { escaped } from './html.js';
import { byUrgency, verdictOrder, type ReportedClaim, type ReportedSweep } from './read.js';
import { nameOfSweep } from './anchors.js';
import { chip, numbersOf, verdictCell } from './verdict-row.js';

type Anchor = (sweep: ReportedSweep, claim: ReportedClaim) => string;

export interface Placed {
  readonly sweep: ReportedSweep;
  readonly at: number;
  readonly one: ReportedClaim;
}

/** All claims of all sweeps, by urgency; of the same, in the order of the folders and of the bibliography. */
export const placed = (sweeps: readonly ReportedSweep[]): readonly Placed[] =>
  sweeps
    .flatMap((sweep, at) => sweep.claims.map((one): Placed => ({ sweep, at, one })))
    .toSorted((a, b) => byUrgency(a.one, b.one));

export function tallyList(claims: readonly Placed[]): string {
  const parts = verdictOrder.flatMap((kind) => {
    const count = claims.filter(({ one }) => one.verdict.verdict === kind).length;
    return count === 0 ? [] : [`<li>${chip(kind)} ${count}</li>`];
  });
  return `<ul class="tally" aria-label="Verdicts">${parts.join('')}</ul>`;
}

export const verdictRows = (sweeps: readonly ReportedSweep[], anchor: Anchor): string =>
  placed(sweeps)
    .map(({ sweep, at, one }) => {
      const { claim, verdict, expected } = one;
      const section = anchor(sweep, one);
      return (
        `<tr data-claim="${escaped(claim.id)}" data-sweep="${at}" data-verdict="${verdict.verdict}" data-expected="${expected}" data-section="${escaped(section)}">` +
        `<td>${verdictCell(verdict.verdict, expected)}</td>` +
        `<th scope="row"><a href="#${escaped(section)}">${escaped(claim.title)}</a><small>${escaped(claim.id)}${sweeps.length > 1 ? ` · ${escaped(nameOfSweep(sweep))}` : ''}</small></th>` +
        `${numbersOf(verdict)}</tr>`
      );
    })
    .join('\n');

export const verdictTable = (sweeps: readonly ReportedSweep[], anchor: Anchor): string => `
<div class="scroll" role="region" aria-label="Table of verdicts" tabindex="0"><table class="verdicts">
<caption>Estimates in the terms of each relation: the worst quantity, a mean, a mean ratio, or an exponent. Held: runs that hold / runs judged. Vacuous runs do not meet every assumption, and say nothing.</caption>
<thead><tr><th scope="col">verdict</th><th scope="col">claim</th><th scope="col" class="number">estimate</th><th scope="col" class="number">interval</th><th scope="col" class="number">compared with</th><th scope="col" class="number">held</th><th scope="col">beside</th></tr></thead>
<tbody id="verdict-rows">
${verdictRows(sweeps, anchor)}
</tbody></table></div>`;

/** Axes of many values have no boxes: the runs of such a one are told apart by others. */
const valuesAtMost = 24;

/** Hidden until the script is there: without it nothing would happen. */
export function filterForm(sweeps: readonly ReportedSweep[]): string {
  const claims = placed(sweeps);
  const kinds = verdictOrder.filter((kind) => claims.some(({ one }) => one.verdict.verdict === kind));
  const axes = new Map<string, Set<AxisValue>>();
  for (const { source } of sweeps)
    for (const axis of source.freeAxes) {
      const values = axes.get(axis) ?? new Set();
      for (const value of levelsOf(source.runs, axis)) if (value !== undefined) values.add(value);
      axes.set(axis, values);
    }
  const groups = [
    ...(sweeps.length > 1
      ? [
          boxes(
            'sweep',
            'Sweep',
            sweeps.map((sweep, at) => [String(at), nameOfSweep(sweep)] as const),
          ),
        ]
      : []),
    boxes(
      'verdict',
      'Verdict',
      (kinds.length > 0 ? verdictOrder : []).map((kind) => [kind, kind] as const),
    ),
    ...[...axes]
      .filter(([, values]) => values.size > 1 && values.size <= valuesAtMost)
      .map(([axis, values]) =>
        boxes(
          `axis:${axis}`,
          symbolOf(axis) === axis ? axis : `${axis} (${symbolOf(axis)})`,
          [...values].sort(byValue).map((value) => [String(value), valueText(value)] as const),
        ),
      ),
  ];
  const runs = sweeps.reduce((sum, { source }) => sum + source.runs.length, 0);
  return `<form id="filters" hidden aria-label="Filters"><div class="groups">${groups.join('')}</div>
<div class="status"><button type="reset">Show everything</button><span id="count" role="status" aria-live="polite">${plural(claims.length, 'claim')} · ${plural(runs, 'run')}</span></div></form>`;
}

/** Numbers by size, names as they come. */
const byValue = (a: AxisValue, b: AxisValue): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : 0;

const boxes = (name: string, title: string, values: readonly (readonly [string, string])[]): string =>
  `<fieldset><legend>${escaped(title)}</legend>${values
    .map(
      ([value, shown]) =>
        `<label><input type="checkbox" name="${escaped(name)}" value="${escaped(value)}" checked> ${escaped(shown)}</label>`,
    )
    .join('')}</fieldset>`;
