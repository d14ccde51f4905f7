/** Expanding the axes of a sweep into the cells of its grid, in the order in which the axes are listed. */
import { BadInput } from '@marginalia/core';
import type { AxisValue } from '@marginalia/theory';
import type { SweepDefinition } from './define-sweep.js';
import { nearest } from './nearest.js';

export type Cell = Readonly<Record<string, AxisValue>>;

/**
 * The cells of a grid: the last axis varies fastest; duplicates among an axis' values count once.
 * `set` holds values as a command line spells them (`512,1024`) and overrides any axis, a derived one too.
 * Throws BadInput for unknown axes and presets, empty axes, values that the axis refuses, settings that the sweep
 * refuses, and for a grid without cells.
 */
export function expand(
  definition: SweepDefinition,
  preset: string,
  set: Readonly<Record<string, string>> = {},
): readonly Cell[] {
  const names = Object.keys(definition.axes);
  for (const name of Object.keys(set)) refuseUnknown('axis', name, names, definition.name);
  let cells: readonly Cell[] = [{}];
  for (const name of names) cells = cells.flatMap((cell) => valuesOf(definition, preset, set, name, cell));
  const kept = cells.filter((cell) => definition.where?.(cell) ?? true);
  if (kept.length === 0) {
    throw new BadInput({
      expected: `at least one cell in the grid of ${definition.name}`,
      got: `${cells.length} settings, none of which meets the sweep's own condition`,
      try: 'other values with --set <axis>=<value,…>',
    });
  }
  for (const cell of kept) definition.validate?.(cell);
  return kept;
}

/** Throws BadInput when `name` is none of the known ones, suggesting the nearest. */
export function refuseUnknown(kind: string, name: string, known: readonly string[], sweep: string): void {
  if (known.includes(name)) return;
  const close = nearest(name, known);
  throw new BadInput({
    expected: `${kind === 'axis' ? 'an axis' : `a ${kind}`} of ${sweep} (${known.join(', ')})`,
    got: name,
    ...(close === undefined ? {} : { try: close }),
  });
}

function valuesOf(
  definition: SweepDefinition,
  preset: string,
  set: Readonly<Record<string, string>>,
  name: string,
  cell: Cell,
): Cell[] {
  const axis = definition.axes[name];
  if (axis === undefined) throw new TypeError(`no axis ${name}`);
  const written = set[name];
  const given = definition.presets[preset]?.values[name] ?? definition.values[name];
  if (written === undefined && given === undefined) {
    throw new BadInput({
      expected: `the sweep ${definition.name} to give ${name} (${axis.meaning}) values`,
      got: 'none',
      try: `--set ${name}=<value,…>`,
    });
  }
  const values =
    written !== undefined
      ? split(written).map((text) => axis.parse(name, text))
      : typeof given === 'function'
        ? [axis.check(name, given(cell))]
        : (given ?? []).map((value) => axis.check(name, value));
  // −0 and 0 have one spelling in a content hash, so they must be one value to the run as well.
  const distinct = [...new Set(values.map((value) => (value === 0 ? 0 : value)))];
  if (distinct.length === 0) {
    throw new BadInput({
      expected: `at least one value of ${name} (${axis.meaning})`,
      got: written === undefined ? 'an empty list' : `--set ${name}=`,
      try: `--set ${name}=<value,…>`,
    });
  }
  return distinct.map((value) => ({ ...cell, [name]: value }));
}

function split(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((part) => part.trim());
}
