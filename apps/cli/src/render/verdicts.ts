/** The verdicts of a sweep as a table, the claims in bibliography order. */
import type { Verdict } from '@marginalia/sweep';
import { interval, plural, short } from './number.js';
import type { Paint, Tone } from './terminal.js';
import { pad, paragraph, size, wrap } from './wrap.js';

const tones: Readonly<Record<Verdict['verdict'], Tone>> = {
  supported: 'good',
  refuted: 'bad',
  vacuous: 'warn',
  inconclusive: 'warn',
};

interface Column {
  readonly head: string;
  readonly side: 'left' | 'right';
  readonly cell: (verdict: Verdict) => string;
}

const numbers: readonly Column[] = [
  { head: 'estimate', side: 'right', cell: ({ estimate }) => short(estimate, 3) },
  { head: 'interval', side: 'left', cell: (verdict) => interval(verdict.interval) },
  { head: 'bound', side: 'right', cell: ({ bound }) => short(bound, 3) },
  { head: 'slack', side: 'right', cell: ({ slack }) => short(slack, 3) },
  { head: 'held', side: 'right', cell: ({ held, runs }) => `${held}/${runs}` },
  { head: 'vacuous', side: 'right', cell: ({ vacuous }) => String(vacuous) },
  { head: 'verdict', side: 'left', cell: ({ verdict }) => verdict },
];

/** The numbers stand beside the claim when its column keeps this many characters, or all it needs; below it otherwise. */
const leastTitle = 34;

/** Stands for a space at which a line must not break. */
const kept = '\u0000';
const gap = '  ';

export function verdictTable(verdicts: readonly Verdict[], width: number, paint: Paint): string {
  const widths = numbers.map(({ head, cell }) =>
    Math.max(size(head), ...verdicts.map((verdict) => size(cell(verdict)))),
  );
  const taken = widths.reduce((sum, one) => sum + one + gap.length, 0);
  const longest = Math.max(size('claim'), ...verdicts.map((verdict) => size(verdict.title)));
  const title = Math.min(width - taken, longest);
  const row = (cells: readonly string[]): string =>
    cells.map((cell, i) => pad(cell, widths[i] as number, numbers[i]?.side)).join(gap);
  const figures = (verdict: Verdict): string => {
    const cells = numbers.map(({ cell }) => cell(verdict));
    const plain = row(cells).trimEnd();
    return (
      plain.slice(0, plain.length - verdict.verdict.length) + paint(tones[verdict.verdict], verdict.verdict)
    );
  };
  const heads = row(numbers.map(({ head }) => head)).trimEnd();
  if (title >= Math.min(leastTitle, longest)) {
    return [
      paint('faint', `${pad('claim', title)}${gap}${heads}`),
      ...verdicts.flatMap((verdict) => {
        const [first = '', ...rest] = wrap(verdict.title, title);
        return [`${pad(first, title)}${gap}${figures(verdict)}`, ...rest];
      }),
    ].join('\n');
  }
  if (2 + row(widths.map((one) => ' '.repeat(one))).length <= width) {
    return [
      paint('faint', 'claim, and below it:'),
      paint('faint', `  ${heads}`),
      ...verdicts.flatMap((verdict) => [...wrap(verdict.title, width), `  ${figures(verdict)}`]),
    ].join('\n');
  }
  // Numbers too long for columns carry their names along.
  return verdicts
    .flatMap((verdict) => {
      const named = numbers.map(({ head, cell }) => `${head} ${cell(verdict) || '–'}`.replaceAll(' ', kept));
      return [...wrap(verdict.title, width), paragraph(named.join(' · '), width, 2).replaceAll(kept, ' ')];
    })
    .join('\n');
}

/** `3 supported, 1 refuted of 4 claims`. */
export function tally(verdicts: readonly Verdict[]): string {
  const kinds = ['supported', 'refuted', 'vacuous', 'inconclusive'] as const;
  const counts = kinds
    .map((kind) => [kind, verdicts.filter(({ verdict }) => verdict === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  return `${plural(verdicts.length, 'claim')}: ${counts.join(', ')}`;
}
