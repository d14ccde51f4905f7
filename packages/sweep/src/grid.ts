/** Expanding the axes of a sweep into the cells of its grid, in the order in which the axes are listed. */
import { BadInput } from '@marginalia/core';
import type { AxisValue } from '@marginalia/theory';
import type { SweepDefinition } from './define-sweep.js';
import { nearest } from './nearest.js';

export type Cell = Readonly<Record<string, AxisValue>>;

/** Beyond this many a plan alone would take minutes and gigabytes. */
export const mostRuns = 500_000;

/** What is asked of the axes of a sweep. */
export interface Asked {
  readonly preset: string;
  /** Values as a command line spells them (`512,1024`); they override any axis, a derived one too. */
  readonly set?: Readonly<Record<string, string>>;
  readonly replicates: number;
}

/**
 * The cells of a grid: the last axis varies fastest; duplicates among an axis' values count once.
 * Throws BadInput for unknown axes and presets, empty axes, values that the axis refuses, settings that the sweep
 * refuses, for a grid without cells, and for more than 500 000 runs before any cell is made.
 */
export function expand(definition: SweepDefinition, asked: Asked): readonly Cell[] {
  const { set = {} } = asked;
  const names = Object.keys(definition.axes);
  for (const name of Object.keys(set)) refuseUnknown('axis', name, names, definition.name);
  const values = names.map((name) => [name, valuesOf(definition, asked, name)] as const);
  refuseTooMany(
    definition.name,
    values.map(([, taken]) => (typeof taken === 'function' ? 1 : taken.length)),
    asked.replicates,
  );
  let cells: Record<string, AxisValue>[] = [{}];
  for (const [name, taken] of values) {
    cells = cells.flatMap((cell) => {
      const [first, ...others] = typeof taken === 'function' ? [taken(cell)] : taken;
      const more = others.map((value) => ({ ...cell, [name]: value }));
      // The cell is ours: most axes have one value, and a copy for each of them would cost more than the ids.
      if (first !== undefined) cell[name] = first;
      return [cell, ...more];
    });
  }
  const kept = cells.filter((cell) => definition.where?.(cell) ?? true);
  if (kept.length === 0) {
    const [other] = Object.keys(set);
    throw new BadInput({
      expected: `at least one cell in the grid of ${definition.name}`,
      got: `${cells.length} settings, none of which meets the sweep's own condition`,
      ...(other === undefined ? {} : { try: hint(definition, other) }),
    });
  }
  for (const cell of kept) definition.validate?.(cell);
  return kept;
}

/** A derived axis adds no cells, so the lengths of the lists alone say how many there are before the sweep's condition. */
function refuseTooMany(sweep: string, lengths: readonly number[], replicates: number): void {
  const cells = lengths.reduce((product, length) => product * length, 1);
  if (cells * replicates <= mostRuns) return;
  throw new BadInput({
    expected: `a plan of ${sweep} of at most ${mostRuns} runs`,
    got: `${cells} cells × ${replicates} replicates = ${cells * replicates} runs`,
    try: 'fewer values or replicates, or several sweeps',
  });
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

type Derived = (cell: Cell) => AxisValue;

/** The distinct values of an axis, or how it follows from the axes before it. */
function valuesOf(
  definition: SweepDefinition,
  { preset, set = {} }: Asked,
  name: string,
): readonly AxisValue[] | Derived {
  const axis = definition.axes[name];
  if (axis === undefined) throw new TypeError(`no axis ${name}`);
  const written = set[name];
  const given = definition.presets[preset]?.values[name] ?? definition.values[name];
  if (written === undefined && typeof given === 'function')
    return (cell) => unsigned(axis.check(name, given(cell)));
  if (written === undefined && given === undefined) {
    throw new BadInput({
      expected: `the sweep ${definition.name} to give ${name} (${axis.meaning}) values`,
      got: 'none',
      try: hint(definition, name),
    });
  }
  const values =
    written !== undefined
      ? split(written).map((text) => axis.parse(name, text))
      : (typeof given === 'function' ? [] : (given ?? [])).map((value) => axis.check(name, value));
  const distinct = [...new Set(values.map(unsigned))];
  if (distinct.length === 0) {
    throw new BadInput({
      expected: `at least one value of ${name} (${axis.meaning})`,
      got: written === undefined ? 'an empty list' : `--set ${name}=`,
      try: hint(definition, name),
    });
  }
  return distinct;
}

/** −0 and 0 have one spelling in a content hash, so they must be one value to the run as well. */
const unsigned = (value: AxisValue): AxisValue => (value === 0 ? 0 : value);

/** A command-line setting that works as typed: the axis' first default value, or one that it accepts. */
function hint(definition: SweepDefinition, name: string): string {
  const defaults = definition.values[name];
  const first = typeof defaults === 'function' ? undefined : defaults?.[0];
  return `--set ${name}=${first ?? definition.axes[name]?.example ?? ''}`;
}

function split(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((part) => part.trim());
}
