/** A grid as a Markdown table: `mean ± se` and `median ± se` in one column each, columns that hold nothing left out. */
import { pad, size } from '../render/wrap.js';
import { short } from '../render/number.js';
import type { Cell, Grid } from './aggregate.js';

const axisDigits = 6;

/** What is shown of a grid: the text of every cell, and which columns are aligned to the right. */
export interface Page {
  readonly names: readonly string[];
  readonly numeric: readonly boolean[];
  readonly body: readonly (readonly string[])[];
}

/** Of the measurements the headline alone where there is one, and then its means only: a page is narrow. */
export function pageOf({ names, rows, measurements, headline }: Grid): Page {
  const holds = (name: string): boolean => rows.some((row) => row[name] !== null && !Number.isNaN(row[name]));
  const page = new Set(headline);
  const hidden = new Set(
    measurements.flatMap((name) => [
      `${name}_se`,
      `${name}_median_se`,
      ...(page.size > 0 ? [`${name}_median`, `${name}_n`, ...(page.has(name) ? [] : [name])] : []),
      ...(holds(name) ? [] : [`${name}_n`]),
    ]),
  );
  if (rows.every((row) => row['failed'] === 0)) hidden.add('failed');
  const shown = names.filter((name) => !hidden.has(name) && (rows.length === 0 || holds(name)));
  const derived = new Set(measurements.flatMap((name) => [name, `${name}_median`]));
  const cell = (row: Readonly<Record<string, Cell>>, name: string): string => {
    const value = row[name] ?? null;
    if (typeof value === 'string') return value.replaceAll('|', '\\|');
    const error = row[`${name}_se`];
    const spread =
      derived.has(name) && typeof error === 'number' && !Number.isNaN(error) ? ` ± ${short(error, 2)}` : '';
    // A measurement has noise beyond four digits; an axis is what was asked for, up to the rounding of a derived one.
    return derived.has(name) || value === null
      ? `${short(value)}${spread}`
      : String(Number(value.toPrecision(axisDigits)));
  };
  return {
    names: shown,
    numeric: shown.map((name) => rows.every((row) => typeof row[name] !== 'string')),
    body: rows.map((row) => shown.map((name) => cell(row, name))),
  };
}

export const markdown = (grid: Grid): string => drawn(pageOf(grid));

/** `headings`: the lines of each heading; its name when absent. A heading of several lines is for a terminal, and no Markdown. */
export function drawn(
  { names, numeric, body }: Page,
  headings: readonly (readonly string[])[] = names.map((name) => [name]),
): string {
  const widths = headings.map((lines, i) =>
    Math.max(3, ...lines.map(size), ...body.map((line) => size(line[i] as string))),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, i) => pad(text, widths[i] as number, numeric[i] ? 'right' : 'left')).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (numeric[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  const tall = Math.max(1, ...headings.map((lines) => lines.length));
  const head = Array.from({ length: tall }, (_, at) =>
    line(headings.map((lines) => lines[at - (tall - lines.length)] ?? '')),
  );
  return [...head, rule, ...body.map(line)].join('\n');
}

/** How many columns of measurements `markdown` leaves to the other formats for want of room. */
export function leftOut({ names, measurements, headline }: Grid): number {
  if (headline.length === 0) return 0;
  const shown = new Set(headline.flatMap((name) => [name, `${name}_se`]));
  const measured = new Set(
    measurements.flatMap((name) => [name, `${name}_se`, `${name}_median`, `${name}_median_se`, `${name}_n`]),
  );
  return names.filter((name) => measured.has(name) && !shown.has(name)).length;
}
