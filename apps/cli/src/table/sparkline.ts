/** `▁▃▆█`: how a measurement goes over an axis, for a terminal. */
import type { Grid } from './aggregate.js';
import type { Page } from './markdown.js';

const bars = '▁▂▃▄▅▆▇█';
/** Two points make a trend that their numbers show as well. */
const fewest = 3;
const most = 32;

/** From the least value to the greatest; a space for what is not a number, the middle where all are equal. */
export function sparkline(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  const [least, greatest] = [Math.min(...finite), Math.max(...finite)];
  return values
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      const height = greatest > least ? (value - least) / (greatest - least) : 0.5;
      return bars[Math.min(bars.length - 1, Math.floor(height * bars.length))] as string;
    })
    .join('');
}

/** A last row with a sparkline of every measurement, where the rows are the values of one numeric axis; else the page as it is. */
export function withSparklines(page: Page, { rows, measurements }: Grid, by: readonly string[]): Page {
  const [axis] = by;
  if (axis === undefined || by.length > 1 || rows.length < fewest || rows.length > most) return page;
  if (rows.some((row) => typeof row[axis] !== 'number')) return page;
  const along = [...rows].sort((a, b) => Number(a[axis]) - Number(b[axis]));
  const measured = new Set(measurements.flatMap((name) => [name, `${name}_median`]));
  const trend = page.names.map((name) =>
    measured.has(name)
      ? sparkline(along.map((row) => Number(row[name] ?? Number.NaN)))
      : name === axis
        ? 'trend'
        : '',
  );
  return { ...page, body: [...page.body, trend] };
}
