/** A table of figures under titles: beside each title where there is room, below it otherwise. */
import type { Paint, Tone } from './terminal.js';
import { pad, paragraph, size, wrap } from './wrap.js';

export interface Column<Row> {
  readonly head: string;
  readonly side: 'left' | 'right';
  readonly cell: (row: Row) => string;
  /** How the cell is painted. */
  readonly tone?: (row: Row) => Tone | undefined;
}

export interface Figures<Row> {
  /** What the rows are: the head of the titles. */
  readonly of: string;
  readonly title: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  /** A line above the first of the rows that follow one another with the same. */
  readonly heading?: (row: Row) => string;
}

/** The figures stand beside the title when its column keeps this many characters, or all it needs; below it otherwise. */
const leastTitle = 34;

/** Stands for a space at which a line must not break. */
const kept = '\u0000';
const gap = '  ';

export function figureTable<Row>(
  rows: readonly Row[],
  { of, title: titleOf, columns, heading }: Figures<Row>,
  width: number,
  paint: Paint,
): string {
  const widths = columns.map(({ head, cell }) => Math.max(size(head), ...rows.map((row) => size(cell(row)))));
  const taken = widths.reduce((sum, one) => sum + one + gap.length, 0);
  const longest = Math.max(size(of), ...rows.map((row) => size(titleOf(row))));
  const title = Math.min(width - taken, longest);
  const line = (text: (column: Column<Row>) => string, tone?: (column: Column<Row>) => Tone | undefined) =>
    columns
      .map((column, i) => {
        const cell = text(column);
        const padded = pad(cell, widths[i] as number, column.side);
        const painted = tone?.(column);
        return painted && cell ? padded.replace(cell, () => paint(painted, cell)) : padded;
      })
      .join(gap)
      .trimEnd();
  const figures = (row: Row): string =>
    line(
      ({ cell }) => cell(row),
      ({ tone }) => tone?.(row),
    );
  const heads = line(({ head }) => head);
  const grouped = (body: (row: Row) => readonly string[]): string[] =>
    rows.flatMap((row, at) => {
      const above = heading?.(row);
      const before = rows[at - 1];
      const news = above !== undefined && (before === undefined || heading?.(before) !== above);
      return [...(news ? [paint('strong', above)] : []), ...body(row)];
    });
  if (title >= Math.min(leastTitle, longest)) {
    return [
      paint('faint', `${pad(of, title)}${gap}${heads}`),
      ...grouped((row) => {
        const [first = '', ...rest] = wrap(titleOf(row), title);
        return [`${pad(first, title)}${gap}${figures(row)}`, ...rest];
      }),
    ].join('\n');
  }
  if (taken <= width) {
    return [
      paint('faint', `${of}, and below it:`),
      paint('faint', `  ${heads}`),
      ...grouped((row) => [...wrap(titleOf(row), width), `  ${figures(row)}`]),
    ].join('\n');
  }
  // Figures too long for columns carry their names along.
  return grouped((row) => {
    const named = columns.map(({ head, cell }) => `${head} ${cell(row) || '–'}`.replaceAll(' ', kept));
    return [...wrap(titleOf(row), width), paragraph(named.join(' · '), width, 2).replaceAll(kept, ' ')];
  }).join('\n');
}
