/** What `plan` and `run --dry-run` say to a person. */
import type { CellOutlook, MemoryOutlook, Outlook, Plan, ShardOutlook } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { cellNames } from './cells.js';
import { type Column, figureTable } from './figure-table.js';
import { bytes, plural, short } from './number.js';
import { forecastInWords, span } from './span.js';
import type { Paint } from './terminal.js';
import { pairs, paragraph } from './wrap.js';

/** A longer table shows the cells that take most. */
const mostRows = 24;
const mostShards = 32;

export interface Planned {
  readonly plan: Plan;
  readonly outlook: Outlook;
  readonly out: string;
  /** What `--where` leaves, in words. */
  readonly choice: string | undefined;
  /** The command that computes it. */
  readonly command: string;
  readonly probeable: boolean;
}

export function outlookReport(planned: Planned, width: number, paint: Paint): string {
  const { plan, outlook, choice, command } = planned;
  const { runs, there, failed, remaining, cells, shards } = outlook;
  const heading = `${plan.sweep} (${plan.preset}): ${plural(cells.length, 'cell')}, ${plural(runs, 'run')}`;
  const standing =
    remaining === 0
      ? `All of them are there: nothing would be computed.`
      : [
          `${plural(remaining, 'run')} to compute`,
          there > 0 ? `${there} there already` : '',
          failed > 0 ? `${failed} of them failed before and would be tried again` : '',
        ]
          .filter(Boolean)
          .join(', ') + '.';
  return [
    [heading, ...(choice === undefined ? [] : [choice]), standing].join('\n'),
    pairs(
      [
        ...(remaining > 0 ? [['time', timeInWords(planned)] as const] : []),
        ...(outlook.memory ? [['memory', memoryInWords(outlook.memory)] as const] : []),
        ['results', planned.out],
      ],
      width,
      0,
    ),
    cellTable(outlook, width, paint),
    shards.length > 0 ? shardTable(shards, width, paint) : '',
    remaining > 0 ? `To compute it:\n  ${command}` : `To see them:\n  ${commandLine('table', planned.out)}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function timeInWords({ outlook: { time, timing, threads }, probeable, plan }: Planned): string {
  if (!time || !timing) {
    return (
      'no timing of this sweep yet in this folder: run a few of its runs' +
      (probeable ? ', or add --probe, which computes some of the cheapest and keeps them' : '')
    );
  }
  const beyond = plan.runs.reduce((most, { cost }) => Math.max(most, cost), 0) > 1.5 * timing.costs[1];
  return [
    `${forecastInWords(time)} on ${plural(threads, 'thread')};`,
    `from ${plural(timing.runs, 'run')} of ${plural(timing.classes, 'cost')},`,
    timing.classes > 2
      ? `which the fit meets within a factor of ${short(timing.error, 3)} in the median`
      : 'too few to tell how time grows with cost',
    beyond ? '; the dearest runs of this plan lie beyond what was timed' : '',
    timing.code === plan.code ? '' : '; timed with other code',
    timing.here ? '' : `; timed on another machine (${timing.machine})`,
  ]
    .join(' ')
    .replaceAll(' ;', ';')
    .trim();
}

const memoryInWords = ({ largest, room, together }: MemoryOutlook): string =>
  `at most ${bytes(largest)} a run; ${plural(together, 'run')} of that size ${together === 1 ? 'fits' : 'fit'} into the ${bytes(room)} that runs may take together`;

function cellTable({ cells, timing }: Outlook, width: number, paint: Paint): string {
  if (cells.length < 2) return '';
  const names = cellNames(cells.map(({ axes }) => axes));
  const work = cells.reduce((sum, one) => sum + workLeft(one), 0);
  const rows = cells.map((cell, at) => ({ ...cell, name: names[at] ?? '' }));
  const shown =
    rows.length <= mostRows
      ? rows
      : [...rows].sort((a, b) => workLeft(b) - workLeft(a) || b.cost - a.cost).slice(0, mostRows / 2);
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { head: 'runs', side: 'right', cell: ({ runs }) => String(runs) },
    { head: 'there', side: 'right', cell: ({ there }) => String(there) },
    ...(timing
      ? [{ head: 'a run', side: 'right' as const, cell: ({ msPerRun }: CellOutlook) => span(msPerRun ?? 0) }]
      : []),
    {
      head: 'of the work',
      side: 'right',
      cell: (cell) => (work > 0 ? `${((100 * workLeft(cell)) / work).toFixed(1)} %` : '–'),
    },
    ...(rows.some(({ memory = 0 }) => memory > 0)
      ? [{ head: 'memory', side: 'right' as const, cell: ({ memory }: CellOutlook) => bytes(memory ?? 0) }]
      : []),
  ];
  const table = figureTable(shown, { of: 'cell', title: ({ name }) => name, columns }, width, paint);
  const more = rows.length - shown.length;
  return more > 0
    ? `${table}\n${paragraph(`and ${plural(more, 'more cell')}, of no more work each; --json lists all`, width, 0)}`
    : table;
}

/** Predicted time of what is left in the cell, or its cost where nothing is timed. */
const workLeft = ({ msLeft, cost, runs, there }: CellOutlook): number => msLeft ?? cost * (runs - there);

function shardTable(shards: readonly ShardOutlook[], width: number, paint: Paint): string {
  const rows = shards.map((shard, at) => ({ ...shard, name: `${at}/${shards.length}` }));
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { head: 'runs', side: 'right', cell: ({ runs }) => String(runs) },
    { head: 'to compute', side: 'right', cell: ({ remaining }) => String(remaining) },
    { head: 'time', side: 'left', cell: ({ time }) => (time ? forecastInWords(time) : '–') },
  ];
  const table = figureTable(
    rows.slice(0, mostShards),
    { of: 'shard', title: ({ name }) => name, columns },
    width,
    paint,
  );
  const more = rows.length - mostShards;
  return more > 0 ? `${table}\nand ${plural(more, 'more shard')}; --json lists all` : table;
}
