/** Accumulated evidence: a row a claim, and a row a seed below what is still open. */
import type { Accumulated } from '@marginalia/sweep';
import { verdictKinds } from '@marginalia/theory';
import { figureTable, type Column } from './figure-table.js';
import { plural, short } from './number.js';
import type { Paint } from './terminal.js';
import { decidedTone } from './verdicts.js';
import { paragraph } from './wrap.js';

const weight = (value: number | null): string => short(value, 3);

const columns: readonly Column<Accumulated>[] = [
  { head: 'runs', side: 'right', cell: ({ runs }) => String(runs) },
  { head: 'units', side: 'right', cell: ({ units }) => String(units) },
  { head: 'e against', side: 'right', cell: ({ against }) => weight(against) },
  { head: 'e for', side: 'right', cell: (row) => weight(row.for) },
  { head: 'by seed', side: 'left', cell: (row) => bySeed(row) },
  {
    head: 'verdict',
    side: 'left',
    cell: ({ verdict, validity }) => (validity === 'asymptotic' ? `${verdict}*` : verdict),
    tone: ({ verdict }) => decidedTone(verdict),
  },
];

const shownSeeds = 4;

/** What each seed says by itself, for a claim or against a refuted one. */
function bySeed({ verdict, seeds }: Accumulated): string {
  const of = seeds.map((seed) => weight(verdict === 'refuted' ? seed.against : seed.for));
  return seeds.length < 2 || of.every((one) => one === weight(null))
    ? ''
    : [...of.slice(0, shownSeeds), ...(of.length > shownSeeds ? ['…'] : [])].join(', ');
}

export function evidenceReport(
  rows: readonly Accumulated[],
  seeds: number,
  alpha: number,
  width: number,
  paint: Paint,
): string {
  const counts = verdictKinds
    .map((kind) => [kind, rows.filter(({ verdict }) => verdict === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  const open = rows.filter(({ verdict }) => verdict !== 'supported');
  return [
    figureTable(rows, { of: 'claim', title: ({ title }) => title, columns }, width, paint),
    ...(open.length === 0
      ? []
      : [
          open
            .map(({ title, verdict, reason }) => paragraph(`${verdict}: ${title}. ${reason}.`, width, 2))
            .join('\n'),
        ]),
    paragraph(
      `${plural(rows.length, 'claim')} over ${plural(seeds, 'seed')}: ${counts.join(', ')}. e against: where the claim is true, an e-value ` +
        `of e or more comes up with probability at most 1/e, so that 1/e bounds the p-value; e for: the same where it is false. Of ` +
        `different seeds they multiply. A claim is decided at ${short(1 / alpha)}, α being ${short(alpha)} a claim.` +
        (rows.some(({ validity }) => validity === 'asymptotic')
          ? ' *: exact for Gaussian units, for others the better the more there are.'
          : ''),
      width,
      0,
    ),
  ].join('\n\n');
}
