/** `--sort exactRadius:desc,width`: the order of the rows of a table. */
import { BadInput } from '@marginalia/core';
import type { Cell, Grid } from './aggregate.js';
import { known } from './expression.js';

/**
 * By the first column, rows that are equal there by the next; otherwise as they stood. Numbers by size before names by
 * spelling, what is missing last in either direction. Throws BadInput for a column that the table has not.
 */
export function sorted(grid: Grid, by: string): Grid {
  const keys = by.split(',').map((text) => keyOf(text.trim(), grid.names));
  const rows = [...grid.rows].sort((a, b) => {
    for (const { column, descending } of keys) {
      const [one, other] = [a[column] ?? null, b[column] ?? null];
      if (missing(one) || missing(other)) {
        if (missing(one) && missing(other)) continue;
        return missing(one) ? 1 : -1;
      }
      const order = compare(one, other);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
  return { ...grid, rows };
}

function keyOf(
  text: string,
  names: readonly string[],
): { readonly column: string; readonly descending: boolean } {
  const [, column = '', direction = 'asc'] = /^(.*?)(?::(asc|desc))?$/.exec(text) ?? [];
  if (names.includes(column)) return { column, descending: direction === 'desc' };
  const bare = column.replace(/:[^:]*$/, '');
  if (bare !== column && names.includes(bare)) {
    throw new BadInput({
      expected: `--sort ${bare}:asc or ${bare}:desc`,
      got: JSON.stringify(text),
      try: `--sort ${bare}:desc`,
    });
  }
  return { column: known(column, names, 'a column of the table', '--sort'), descending: false };
}

const missing = (cell: Cell): boolean => cell === null || Number.isNaN(cell);

function compare(a: Cell, b: Cell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}
