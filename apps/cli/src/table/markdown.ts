/** A grid as a Markdown table: `mean ± se` and `median ± se` in one column each, columns that hold nothing left out. */
import { pad, size } from '../render/wrap.js';
import { short } from '../render/number.js';
import type { Cell, Grid } from './aggregate.js';

const axisDigits = 6;

/** Of the measurements the headline alone where there is one, and then its means only: a page is narrow. */
export function markdown({ names, rows, measurements, headline }: Grid): string {
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
  const body = rows.map((row) => shown.map((name) => cell(row, name)));
  const widths = shown.map((name, i) =>
    Math.max(3, size(name), ...body.map((line) => size(line[i] as string))),
  );
  const numeric = shown.map((name) => rows.every((row) => typeof row[name] !== 'string'));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, i) => pad(text, widths[i] as number, numeric[i] ? 'right' : 'left')).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (numeric[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  return [line(shown), rule, ...body.map(line)].join('\n');
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
