/** What a check says to a person: what is not as expected, what has changed, every claim, where to look next. */
import type { Regression } from '../check/comparison.js';
import type { Row } from '../check/outcome.js';
import { nameOf, paperOf } from '../claim-pattern.js';
import { commandLine } from '../command-line.js';
import type { CheckOutcome } from '../commands/check.js';
import { figureTable, type Column } from './figure-table.js';
import { interval, plural, short } from './number.js';
import { replay, sentence } from './standing.js';
import type { Paint } from './terminal.js';
import { decided, measured, tally } from './verdicts.js';
import { paragraph } from './wrap.js';

const columns: readonly Column<Row>[] = [
  ...measured,
  { head: 'sweep', side: 'left', cell: ({ sweep }) => sweep },
  decided,
  { head: 'expected', side: 'left', cell: ({ expected }) => expected },
];

export function checkReport(outcome: CheckOutcome, width: number, paint: Paint): string {
  const { rows, comparison } = outcome;
  const table = figureTable(
    rows,
    { of: 'claim', title: ({ title }) => title, columns, heading: ({ claim }) => paperOf(claim) },
    width,
    paint,
  );
  return [
    work(outcome),
    failures(outcome, paint),
    surprises(rows, width, paint),
    regressions(comparison?.regressions ?? [], width, paint),
    rows.length > 0 ? table : 'These sweeps name no claims: nothing is judged.',
    footing(outcome, width),
    baseline(outcome, width),
    next(outcome),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function work({ summaries }: CheckOutcome): string {
  const sum = (of: 'computed' | 'reused'): number => summaries.reduce((total, each) => total + each[of], 0);
  const [computed, reused] = [sum('computed'), sum('reused')];
  const there = reused > 0 ? `, ${reused} there already` : '';
  return `${plural(summaries.length, 'sweep')}: ${plural(computed, 'run')} computed${there}.`;
}

function failures({ summaries }: CheckOutcome, paint: Paint): string {
  const failing = summaries.filter((summary) => summary.failures > 0);
  return failing
    .map(({ sweep, failures: many, runs, failed }) =>
      paint(
        'bad',
        `${many} of ${plural(runs, 'run')} of ${sweep} failed: ${failed[0]?.message.split('\n')[0] ?? ''}`,
      ),
    )
    .join('\n');
}

/** Every verdict that is not the expected one, those that are decided first. */
function surprises(rows: readonly Row[], width: number, paint: Paint): string {
  const of = (standing: Row['standing']): readonly Row[] => rows.filter((row) => row.standing === standing);
  const unexpected = [...of('contradicted'), ...of('undecided')];
  if (unexpected.length === 0) return '';
  return [
    paint('bad', `${unexpected.length} of ${plural(rows.length, 'verdict')} not as expected:`),
    ...unexpected.flatMap(({ title, sweep, verdict, expected, reason, violatedBy, out, standing }) => [
      paint(
        standing === 'contradicted' ? 'bad' : 'warn',
        paragraph(`${verdict}, expected ${expected}: ${title} (${sweep}). ${sentence(reason)}`, width, 2),
      ),
      // Never wrapped: a command is copied as a line.
      ...(verdict === 'refuted' && violatedBy !== null
        ? [`    its worst run: ${replay(violatedBy, out)}`]
        : []),
    ]),
  ].join('\n');
}

function regressions(found: readonly Regression[], width: number, paint: Paint): string {
  if (found.length === 0) return '';
  return [
    paint('bad', `${plural(found.length, 'regression')} against the baseline:`),
    ...found.map((regression) => paint('bad', paragraph(regressionInWords(regression), width, 2))),
  ].join('\n');
}

function regressionInWords({ kind, claim, sweep, was, is, tolerated }: Regression): string {
  const numbers = ({ estimate, interval: ends }: Pick<Row, 'estimate' | 'interval'>): string =>
    estimate === null ? 'no estimate' : `${short(estimate)} ${interval(ends)}`.trim();
  const where = `${claim} (${sweep})`;
  return kind === 'verdict-changed'
    ? `${where}: was ${was.verdict}, is ${is.verdict}${is.verdict === is.expected ? ' as expected' : ''}; the estimate was ${numbers(was)}, is ${numbers(is)}.`
    : `${where}: the estimate was ${numbers(was)}, is ${short(is.estimate)}, outside ${interval(tolerated)}.`;
}

function footing({ rows, alpha, unjudged }: CheckOutcome, width: number): string {
  const expected = rows.filter(({ standing }) => standing === 'as-expected').length;
  return [
    rows.length === 0
      ? ''
      : paragraph(
          `${tally(rows, 'verdict')}; ${expected === rows.length ? 'all' : `${expected} of ${rows.length}`} as expected. ` +
            'bound: what the estimate is compared with, the closed form or the published value; for a claim about a ' +
            `ratio to it, 1. Statistical level of each verdict: α = ${short(alpha)}.`,
          width,
          0,
        ),
    unjudged.length === 0
      ? ''
      : paragraph(
          `Judged by no quick preset (npx marginalia explain says which sweep judges one): ${unjudged.map(nameOf).join(', ')}.`,
          width,
          0,
        ),
  ]
    .filter(Boolean)
    .join('\n');
}

function baseline({ comparison, recorded }: CheckOutcome, width: number): string {
  if (recorded)
    return paragraph(`Recorded: ${plural(recorded.rows, 'verdict')} in ${recorded.file}.`, width, 0);
  if (!comparison) return `No baseline to compare with yet: ${commandLine('check', '--update')} records one.`;
  const { file, compared, added, gone, regressions: found } = comparison;
  const named = (word: string, pairs: typeof added): string =>
    pairs.length === 0
      ? ''
      : paragraph(`${word}: ${pairs.map(({ claim, sweep }) => `${claim} (${sweep})`).join(', ')}.`, width, 0);
  return [
    paragraph(
      `${plural(compared, 'verdict')} compared with ${file}: ${found.length === 0 ? 'nothing has regressed' : plural(found.length, 'regression')}.`,
      width,
      0,
    ),
    named('New since then', added),
    named('Gone since then', gone),
  ]
    .filter(Boolean)
    .join('\n');
}

function next({ rows, comparison, summaries, registry }: CheckOutcome): string {
  const puzzling =
    rows.find(({ standing }) => standing === 'contradicted') ??
    rows.find(({ standing }) => standing === 'undecided');
  const changed = comparison
    ? comparison.regressions.length + comparison.added.length + comparison.gone.length
    : 0;
  const commands = [
    ...(puzzling && registry.has(puzzling.claim) ? [commandLine('explain', puzzling.claim)] : []),
    ...(changed > 0 ? [`${commandLine('check', '--update')}   # where the change is meant`] : []),
    ...summaries.slice(0, 1).map(({ out }) => commandLine('table', out)),
  ];
  return ['Next:', ...commands.map((command) => `  ${command}`)].join('\n');
}
