/** Axes that take one value in every row of a table: nothing that a column is needed for. */
import type { Grid } from './aggregate.js';

/** The grid without them, and `steps = 100` of each; a grid of one row, or of nothing else, stays as it is. */
export function constantsBeside(
  grid: Grid,
  axes: readonly string[],
): { readonly varying: Grid; readonly constants: readonly string[] } {
  const { names, rows } = grid;
  const constant = names.filter(
    (name) => axes.includes(name) && rows.every((row) => row[name] === rows[0]?.[name]),
  );
  if (rows.length < 2 || constant.length === 0) return { varying: grid, constants: [] };
  const inWords = constant.map((name) => `${name} = ${String(rows[0]?.[name])}`).join(', ');
  return {
    varying: { ...grid, names: names.filter((name) => !constant.includes(name)) },
    constants: [`in every row: ${inWords}`],
  };
}
