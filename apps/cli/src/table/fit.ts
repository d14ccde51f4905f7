/** A table on a terminal that is narrower than the table: never a broken line. */
import { size } from '../render/wrap.js';
import type { Grid } from './aggregate.js';
import { drawn, type Page } from './markdown.js';

export interface Fitted {
  readonly text: string;
  /** `steps = 100`, of columns that hold one value throughout and were taken out of the table. */
  readonly constants: readonly string[];
  /** Columns that did not fit. */
  readonly dropped: number;
}

/**
 * The page as it is where it fits. Else axes of one value go beneath it, then headings are broken over several lines, then columns go
 * from the right, but never the first.
 */
export function fitted(page: Page, grid: Grid, width: number): Fitted {
  const whole = page.names.map((name) => [name]);
  if (widthOf(page, whole) <= width) return { text: drawn(page), constants: [], dropped: 0 };
  const { page: varying, constants } = withoutConstants(page, grid);
  if (
    widthOf(
      varying,
      varying.names.map((name) => [name]),
    ) <= width
  )
    return { text: drawn(varying), constants, dropped: 0 };
  const headings = varying.names.map((name, i) => broken(name, Math.max(3, ...bodyWidths(varying, i))));
  let kept = varying.names.length;
  while (kept > 1 && widthOf(first(varying, kept), headings.slice(0, kept)) > width) kept -= 1;
  return {
    text: drawn(first(varying, kept), headings.slice(0, kept)),
    constants,
    dropped: varying.names.length - kept,
  };
}

/** Axes that take one value in all rows; a table keeps at least one column. */
function withoutConstants(
  page: Page,
  { measurements, rows }: Grid,
): Pick<Fitted, 'constants'> & { page: Page } {
  const measured = new Set([
    'count',
    'failed',
    'measurement',
    ...measurements.flatMap((name) => [name, `${name}_median`, `${name}_n`]),
  ]);
  const constant = page.names.map(
    (name) => !measured.has(name) && rows.length > 1 && rows.every((row) => row[name] === rows[0]?.[name]),
  );
  const keep = <Of>(values: readonly Of[]): Of[] => values.filter((_, i) => !constant[i]);
  if (constant.every(Boolean)) return { page, constants: [] };
  return {
    page: { names: keep(page.names), numeric: keep(page.numeric), body: page.body.map(keep) },
    constants: page.names.flatMap((name, i) => (constant[i] ? [`${name} = ${page.body[0]?.[i] ?? ''}`] : [])),
  };
}

/** `robustAccuracy@0.8` → `robust`, `Accuracy`, `@0.8`, joined again as far as `width` goes. */
export function broken(name: string, width: number): readonly string[] {
  const pieces = name.match(/[@_]?[^@_A-Z]+|[@_]?[A-Z]+[^@_A-Z]*|[@_]/gu) ?? [name];
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && size(last) + size(piece) <= width) lines[lines.length - 1] = last + piece;
    else lines.push(piece);
  }
  return lines;
}

const bodyWidths = ({ body }: Page, column: number): readonly number[] =>
  body.map((line) => size(line[column] ?? ''));

const first = ({ names, numeric, body }: Page, columns: number): Page => ({
  names: names.slice(0, columns),
  numeric: numeric.slice(0, columns),
  body: body.map((line) => line.slice(0, columns)),
});

/** Of the lines that `drawn` makes. */
const widthOf = (page: Page, headings: readonly (readonly string[])[]): number =>
  headings.reduce((sum, lines, i) => sum + Math.max(3, ...lines.map(size), ...bodyWidths(page, i)) + 3, 1);
