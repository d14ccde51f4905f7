/** `table --contrast AXIS`: what an axis does, by runs that saw the same data, as a grid. */
import { BadInput } from '@marginalia/core';
import type { AxisValue } from '@marginalia/theory';
import type { Contrast, JournalRecord, SweepIdentity } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import type { Cell, Grid } from './aggregate.js';
import { flatten } from './columns.js';

export interface Asked {
  readonly dir: string;
  readonly axis: string;
  /** As typed; the first value of the axis when absent. */
  readonly baseline: string | undefined;
  /** Axes that a row has its own values of. */
  readonly by: readonly string[];
  /** The headline measurements alone, where the sweep declares some. */
  readonly headline: boolean;
}

/**
 * A row a measurement and value, and a value of each axis of `by`. `difference` and `difference_se`; `unpaired_se`, what
 * the error would be of runs on data of their own; `worth`, how many times as many replicates those would need for the
 * same error; `ratio` and `ratio_se`, the geometric mean. Throws BadInput for an axis that pairs nothing.
 */
export async function contrastGrid(
  records: readonly JournalRecord[],
  identity: SweepIdentity,
  asked: Asked,
): Promise<{ readonly grid: Grid; readonly unpaired: number }> {
  const { contrastsOf, unitOf } = await import('@marginalia/sweep');
  const { axis, by } = asked;
  const { keyingAxes, baseline } = refuseUnpaired(identity, asked);
  const runs = records.map((record) => ({
    axes: record.axes,
    unit: unitOf(keyingAxes, record),
    values: record.outcome.kind === 'measured' ? flatten(record.outcome.measurements) : {},
  }));
  const measurements = namesAmong(runs, identity.headline ?? [], asked.headline);
  const groups = new Map<string, typeof runs>();
  for (const run of runs) {
    const key = JSON.stringify(by.map((name) => run.axes[name]));
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  const contrasts = [...groups.values()].map((group) => ({
    place: Object.fromEntries(by.map((name) => [name, group[0]?.axes[name] ?? null])),
    rows: contrastsOf(group, measurements, { axis, baseline, keyingAxes }),
  }));
  if (contrasts.every(({ rows }) => rows.every(({ units }) => units === 0))) {
    throw new BadInput({
      expected: `runs in ${asked.dir} that differ in ${axis} alone`,
      got: 'none that measured anything',
      try: `running the sweep with two values of ${axis}, all else alike`,
    });
  }
  return {
    grid: {
      names: [
        ...by,
        axis,
        'against',
        'measurement',
        'units',
        'unpaired',
        'difference',
        'difference_se',
        'unpaired_se',
        'worth',
        'ratio',
        'ratio_se',
      ],
      rows: contrasts.flatMap(({ place, rows }) =>
        rows.map((row) => ({ ...place, ...rowOf(row, axis, baseline) })),
      ),
      measurements: ['difference', 'ratio'],
      headline: [],
    },
    unpaired: contrasts.reduce((sum, { rows }) => sum + Math.max(0, ...rows.map((row) => row.unpaired)), 0),
  };
}

function rowOf(contrast: Contrast, axis: string, against: AxisValue): Readonly<Record<string, Cell>> {
  const { value, measurement, units, unpaired, difference, standardError, unpairedError } = contrast;
  return {
    [axis]: value,
    against,
    measurement,
    units,
    unpaired,
    difference,
    difference_se: standardError,
    unpaired_se: unpairedError,
    worth: (unpairedError / standardError) ** 2,
    ratio: contrast.ratio,
    ratio_se: contrast.ratioError,
  };
}

/** The headline first (`robustAccuracy@0.5` by `robustAccuracy`), and where it is all that is wanted nothing after it. */
function namesAmong(
  runs: readonly { readonly values: Readonly<Record<string, number>> }[],
  headline: readonly string[],
  headlineOnly: boolean,
): readonly string[] {
  const all = [...new Set(runs.flatMap(({ values }) => Object.keys(values)))];
  const first = headline.flatMap((name) => all.filter((one) => one.replace(/@.*$/, '') === name));
  return headlineOnly && first.length > 0 ? first : [...new Set([...first, ...all])];
}

function refuseUnpaired(
  { axisNames, keyingAxes, values, sweep }: SweepIdentity,
  { axis, baseline, by, dir }: Asked,
): { readonly keyingAxes: readonly string[]; readonly baseline: AxisValue } {
  if (keyingAxes === undefined) {
    throw new BadInput({
      expected: `${dir} to know which axes key its random numbers`,
      got: 'a folder older than that',
      try: 'running the sweep into it again',
    });
  }
  const free = axisNames.filter((name) => !keyingAxes.includes(name) && (values[name]?.length ?? 0) > 1);
  const others = free.map((name) => commandLine('table', dir, '--contrast', name));
  if (!axisNames.includes(axis)) {
    throw new BadInput({
      expected: `an axis of ${sweep} (${axisNames.join(', ')})`,
      got: JSON.stringify(axis),
      ...(others.length > 0 ? { try: others.join(' or ') } : {}),
    });
  }
  if (keyingAxes.includes(axis)) {
    throw new BadInput({
      expected: 'an axis whose values see the same data, for runs to be paired by it',
      got: `${axis}, which keys the random numbers: each of its values draws data of its own`,
      try: [...others, commandLine('table', dir, '--by', axis)].join(' or '),
    });
  }
  const taken = values[axis] ?? [];
  const chosen = baseline === undefined ? taken[0] : taken.find((value) => String(value) === baseline);
  if (taken.length < 2 || chosen === undefined) {
    const list = taken.join(', ');
    throw taken.length < 2
      ? new BadInput({
          expected: `${axis} to have at least two values in ${dir}`,
          got: list === '' ? 'none' : list,
          try: `running the sweep with --set ${axis}=… of two values`,
        })
      : new BadInput({
          expected: `--baseline to be a value of ${axis} (${list})`,
          got: JSON.stringify(baseline),
          try: `--baseline ${taken[0]}`,
        });
  }
  if (by.includes(axis)) {
    throw new BadInput({ expected: `--by other axes than the contrasted ${axis}`, got: axis });
  }
  return { keyingAxes, baseline: chosen };
}
