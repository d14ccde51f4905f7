/** The section of a claim: what is said, whence, what was measured, and the runs behind it. */
import type { MeasuredRun, Verdict } from '@marginalia/sweep';
import { symbolOf, valueText } from '../figure/symbols.js';
import { interval, plural, short } from '../render/number.js';
import { replay, sentence } from '../render/standing.js';
import type { ClaimCell } from './claim-cells.js';
import { nameOfSweep } from './anchors.js';
import { escaped } from './html.js';
import type { ReportedClaim, ReportedSweep } from './read.js';
import { typeset } from './typeset.js';
import { verdictCell } from './verdict-row.js';

/** Rows of the table of cells; of more, those that hold least come first. */
const cellsAtMost = 120;
/** Up to so many the table stands open. */
const openCells = 12;

export interface Placing {
  readonly anchor: string;
  /** Place of the sweep in the page. */
  readonly at: number;
  /** The figure of the claim; undefined where no run was judged. */
  readonly figure: string | undefined;
}

export function claimSection(
  sweep: ReportedSweep,
  one: ReportedClaim,
  { anchor, at, figure }: Placing,
): string {
  const { claim, verdict, expected } = one;
  const { source } = claim;
  const title = `${anchor}-title`;
  return `<article id="${escaped(anchor)}" aria-labelledby="${escaped(title)}" data-of="${at}">
<p class="meta">${verdictCell(verdict.verdict, expected)} &nbsp;${escaped(nameOfSweep(sweep))} · ${escaped(claim.id)}</p>
<h3 id="${escaped(title)}">${escaped(claim.title)}</h3>
<p class="statement">${typeset(claim.statement)}</p>
<p class="reason">${escaped(sentence(capital(verdict.reason)))}</p>
<div class="columns"><div>
<h4>Evidence</h4>
${list(factsOf(verdict))}
</div><div>
<h4>Source</h4>
${list([
  ['paper', `${escaped(source.authors)} (${source.year}). <cite>${escaped(source.paper)}</cite>`],
  ['where', escaped(source.locator)],
  ...(source.arxiv === undefined
    ? []
    : [
        [
          'arXiv',
          `<a href="https://arxiv.org/abs/${escaped(source.arxiv)}" rel="noreferrer">${escaped(source.arxiv)}</a>`,
        ] as const,
      ]),
  ['reading', escaped(readings[source.reading])],
  ['expected', escaped(claim.expected)],
])}
</div></div>
${assumptionsOf(one)}
<div class="columns"><div>
<h4>Notation</h4>
${list(Object.entries(claim.notation).map(([symbol, words]) => [typeset(symbol), typeset(words)] as const))}
</div><div>
<h4>Measured</h4>
${list([
  ['quantity', typeset(claim.measured)],
  ['relation', escaped(claim.relation.words)],
])}
</div></div>
${figure ?? '<p class="note">No run was judged: there is nothing to draw.</p>'}
${cellTable(sweep, one)}
${runsOf(sweep, one)}
</article>`;
}

const readings = {
  'as-stated': 'as stated: the paper’s own inequality',
  derived: 'derived: a finite-size consequence, whose derivation stands with the claim',
  published: 'published: a number read off the paper',
} as const;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Pairs of term and HTML. */
const list = (pairs: readonly (readonly [string, string])[]): string =>
  `<dl>${pairs.map(([term, html]) => `<dt>${term}</dt><dd>${html}</dd>`).join('')}</dl>`;

const validities = {
  anytime: 'valid at every look',
  fixed: 'valid at a number of runs fixed beforehand',
  asymptotic: 'valid as the number of units grows',
} as const satisfies Record<Verdict['validity'], string>;

function factsOf(verdict: Verdict): readonly (readonly [string, string])[] {
  const { estimate, interval: bounds, bound, slack, alpha, validity, evidence, detectable, more } = verdict;
  const missing = Object.entries(verdict.missing).map(([kind, count]) => `${count} ${kind}`);
  return [
    ['estimate', short(estimate)],
    ['interval', bounds ? `${interval(bounds)}, ${validities[validity]}` : 'none'],
    ['compared with', short(bound)],
    ['slack', short(slack)],
    ['level', `α = ${short(alpha)}`],
    [
      'runs',
      `${verdict.held} of ${plural(verdict.runs, 'judged run')} hold${verdict.units < verdict.runs ? `, in ${plural(verdict.units, 'unit')}` : ''}`,
    ],
    ...(evidence
      ? [
          [
            'e-values',
            `against ${short(evidence.against)}${evidence.for === null ? '' : `, for ${short(evidence.for)}`}`,
          ] as const,
        ]
      : []),
    ...(detectable === null
      ? []
      : [
          [
            'detectable',
            evidence?.for === null
              ? `a failure in ${short(100 * detectable, 2)} % of units, with probability 90 %`
              : `${short(detectable, 2)} beyond the edge, with probability 90 %`,
          ] as const,
        ]),
    ...(more === null ? [] : [['would settle it', `${more} more replicates of each cell`] as const]),
    ['runs that say nothing', missing.length > 0 ? missing.join(', ') : 'none'],
  ].map(([term = '', text = '']) => [term, escaped(text)] as const);
}

function assumptionsOf({ claim, verdict }: ReportedClaim): string {
  if (claim.assumptions.length === 0) return '';
  const items = claim.assumptions.map(({ name, statement }) => {
    const unmet = verdict.unmetRuns[name];
    return `<li>${typeset(statement)}${unmet === undefined ? '' : ` <strong>Unmet in ${plural(unmet, 'run')}.</strong>`}</li>`;
  });
  return `<h4>Assumptions</h4><ul>${items.join('')}</ul>`;
}

function cellTable({ source }: ReportedSweep, { claim, cells }: ReportedClaim): string {
  const varying = source.freeAxes.filter((axis) => new Set(cells.map(({ axes }) => axes[axis])).size > 1);
  const axes = varying.length > 0 ? varying : source.freeAxes.slice(0, 2);
  const shown = cells.length <= cellsAtMost ? cells : leastHeld(cells).slice(0, cellsAtMost);
  const more = cells.length - shown.length;
  const heads = [
    ...axes.map(
      (axis) =>
        `<th scope="col">${escaped(axis)}${symbolOf(axis) === axis ? '' : ` ${escaped(symbolOf(axis))}`}</th>`,
    ),
    ...['quantity', 'standard error', 'compared with', 'held', 'vacuous', 'undecided'].map(
      (head) => `<th scope="col" class="number">${head}</th>`,
    ),
  ];
  const rows = shown.map((cell) => {
    const free = Object.fromEntries(source.freeAxes.map((axis) => [axis, cell.axes[axis] ?? '']));
    const setting = axes.map((axis, at) => {
      const text = escaped(valueText(cell.axes[axis] ?? ''));
      return at === 0 ? `<th scope="row">${text}</th>` : `<td>${text}</td>`;
    });
    const numbers = [
      short(cell.quantity),
      short(cell.error, 2),
      short(cell.bound),
      `${cell.held}/${cell.held + cell.violated}`,
      cell.vacuous > 0 ? String(cell.vacuous) : '',
      cell.inconclusive > 0 ? String(cell.inconclusive) : '',
    ].map((text) => `<td class="number">${text}</td>`);
    return `<tr data-axes="${escaped(JSON.stringify(free))}">${[...setting, ...numbers].join('')}</tr>`;
  });
  return `<details${cells.length <= openCells ? ' open' : ''}><summary>${plural(cells.length, 'cell')}: means with their Monte-Carlo standard errors</summary>
<div class="scroll" role="region" aria-label="Cells of ${escaped(claim.title)}" tabindex="0"><table><thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>
${more > 0 ? `<p class="note">The ${shown.length} cells in which least runs hold; ${more} more in <code>marginalia table</code>.</p>` : ''}</details>`;
}

const leastHeld = (cells: readonly ClaimCell[]): readonly ClaimCell[] => {
  const share = ({ held, violated }: ClaimCell): number =>
    held + violated === 0 ? 2 : held / (held + violated);
  return cells.toSorted((a, b) => share(a) - share(b));
};

function runsOf({ folder, source }: ReportedSweep, { witnesses }: ReportedClaim): string {
  const { worst, first } = witnesses;
  if (worst === undefined) return '';
  const items = [
    [`nearest to failing, or beyond it (slack ${short(worst.slack)})`, worst.run] as const,
    ...first.filter((run) => run !== worst.run).map((run) => ['among the first', run] as const),
  ].map(
    ([why, run]) =>
      `<li>${escaped(why)}: ${escaped(settingOf(run, source.freeAxes))}, replicate ${run.replicate}<br>${command(replay(run.id, folder))}</li>`,
  );
  return `<h4>Runs behind it</h4><ul class="runs">${items.join('')}</ul>`;
}

const settingOf = (run: MeasuredRun, axes: readonly string[]): string =>
  axes.map((axis) => `${axis} ${valueText(run.axes[axis] ?? '')}`).join(', ');

export const command = (text: string): string =>
  `<code>${escaped(text)}</code> <button type="button" data-copy hidden>Copy</button>`;
