/** Cells by name: the axes that tell them apart. */
import type { Cell } from '@marginalia/sweep';

/**
 * `dimension=64 clusters=4`: an axis that takes one value alone, or that follows from those before it, says nothing that the
 * others do not; of a single cell all axes are named.
 */
export function cellNames(cells: readonly Cell[]): readonly string[] {
  const names = Object.keys(cells[0] ?? {});
  const named = (axes: readonly string[]): string[] =>
    cells.map((cell) => axes.map((axis) => `${axis}=${cell[axis]}`).join(' '));
  const count = (axes: readonly string[]): number => new Set(named(axes)).size;
  const all = count(names);
  const needed = names.reduceRight<readonly string[]>((kept, axis) => {
    const others = kept.filter((one) => one !== axis);
    return count(others) === all ? others : kept;
  }, names);
  return named(needed.length > 0 ? needed : names);
}
