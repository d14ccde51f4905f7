/** How many replicates the open cells get next: a pure function of where the claims stand. */
import type { Assessment } from './assess.js';

/**
 * What a cell has at least after a round, and at most, in units of what it had. Below the first a cell that is nearly
 * decided would be looked at for ever; beyond the second the spread of few runs would be trusted with many.
 */
const growth = { least: 1.25, most: 2 };

/**
 * The replicates of each cell after the next round, `left` being the runs that the budget still has; undefined where
 * nothing is open or nothing is left. A cell is open while some claim needs runs of it. Where the budget does not reach,
 * cells with fewest runs come first, in grid order.
 */
export function allot(
  replicates: readonly number[],
  standing: readonly Assessment[],
  left: number,
): readonly number[] | undefined {
  const wanted = [...replicates];
  for (const { open, more } of standing) {
    // The fewest of its cells are what a claim over the grid is judged by.
    const now = Math.min(...open.map((cell) => replicates[cell] ?? 0));
    const most = growth.most * now;
    const target = more === null ? most : now + more;
    const next = Math.min(most, Math.max(Math.ceil(growth.least * now), Math.ceil(target)));
    for (const cell of open) wanted[cell] = Math.max(wanted[cell] ?? 0, next);
  }
  const asked = wanted.reduce((sum, many, cell) => sum + many - (replicates[cell] ?? 0), 0);
  if (asked === 0 || left < 1) return undefined;
  return asked <= left ? wanted : levelled(replicates, wanted, left);
}

/** One replicate at a time to the cell with fewest of those that still want one. */
function levelled(replicates: readonly number[], wanted: readonly number[], left: number): readonly number[] {
  const given = [...replicates];
  const level = (most: number): number =>
    replicates.reduce((sum, many, cell) => sum + Math.max(0, Math.min(most, wanted[cell] ?? 0) - many), 0);
  // The highest level that is paid for in every cell; what is left then goes to cells in grid order.
  let most = Math.min(...replicates);
  while (level(most + 1) <= left) most += 1;
  let rest = left - level(most);
  for (const [cell, many] of replicates.entries()) {
    given[cell] = Math.max(many, Math.min(most, wanted[cell] ?? 0));
    if (rest > 0 && (wanted[cell] ?? 0) > most && given[cell] === most) {
      given[cell] += 1;
      rest -= 1;
    }
  }
  return given;
}
