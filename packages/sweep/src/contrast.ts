/**
 * What an axis does, told by runs that saw the same data: the mean over units of y(value) − y(baseline).
 *
 * Runs that differ only in axes that key no randomness share their random numbers, so that what the data did to both
 * cancels in the difference: Var(a − b) = Var a + Var b − 2 Cov(a, b). Units of one cell of the keying axes are draws of
 * one law, cells are a grid that was chosen: the standard error is stratified by cell,
 *
 *   se² = Σ_s n_s v_s / N²,   v_s the sample variance of the n_s units of cell s,   N = Σ n_s,
 *
 * and so is the one that the same runs would give on data of their own, in which v_s is the sum of both variances. Common
 * random numbers: Law, Simulation Modeling and Analysis (2015), §11.2.
 */
import type { AxisValue } from '@marginalia/theory';

/** A run as a contrast sees it. */
export interface ContrastedRun {
  readonly axes: Readonly<Record<string, AxisValue>>;
  /** Names the random numbers that it drew. */
  readonly unit: string;
  /** Numbers by name; NaN where the run did not measure one. */
  readonly values: Readonly<Record<string, number>>;
}

export interface Contrasted {
  readonly axis: string;
  readonly baseline: AxisValue;
  /** The axes that key randomness: what differs in them is a stratum of its own. */
  readonly keyingAxes: readonly string[];
}

export interface Contrast {
  readonly value: AxisValue;
  readonly measurement: string;
  /** Units that have a run of both values, alike in all else. */
  readonly units: number;
  /** Runs of either value whose partner is missing or measured no finite number: no part of any mean here. */
  readonly unpaired: number;
  /** Mean over units of y(value) − y(baseline). */
  readonly difference: number;
  /** NaN where a cell has one unit. */
  readonly standardError: number;
  /** What the standard error would be of as many units that shared no random numbers. */
  readonly unpairedError: number;
  /** Geometric mean over units of y(value) / y(baseline), and its standard error to first order; NaN unless all are positive. */
  readonly ratio: number;
  readonly ratioError: number;
}

/** Every value of the axis but the baseline, in the order in which they first appear, against it; a contrast a measurement. */
export function contrastsOf(
  runs: readonly ContrastedRun[],
  measurements: readonly string[],
  contrasted: Contrasted,
): readonly Contrast[] {
  const { axis, baseline, keyingAxes } = contrasted;
  const keyed = runs.map((run): Keyed => {
    const { [axis]: value, ...rest } = run.axes;
    return {
      value,
      unit: run.unit,
      partners: JSON.stringify([run.unit, rest]),
      stratum: JSON.stringify(keyingAxes.map((name) => run.axes[name])),
      values: run.values,
    };
  });
  const values = [...new Set(keyed.flatMap(({ value }) => value ?? []))].filter((one) => one !== baseline);
  const base = keyed.filter(({ value }) => value === baseline);
  return values.flatMap((value) => {
    const others = keyed.filter((one) => one.value === value);
    return measurements.map((measurement) => ({ value, ...contrastOf(others, base, measurement) }));
  });
}

interface Keyed {
  readonly value: AxisValue | undefined;
  readonly unit: string;
  /** Alike in runs that differ in the contrasted axis alone. */
  readonly partners: string;
  readonly stratum: string;
  readonly values: Readonly<Record<string, number>>;
}

interface Pair {
  readonly unit: string;
  readonly stratum: string;
  readonly a: number;
  readonly b: number;
}

function contrastOf(
  others: readonly Keyed[],
  base: readonly Keyed[],
  measurement: string,
): Omit<Contrast, 'value'> {
  const measured = (run: Keyed): number => run.values[measurement] ?? Number.NaN;
  const partners = new Map(base.map((run) => [run.partners, measured(run)]));
  const pairs = others.flatMap((run): Pair[] => {
    const [a, b] = [measured(run), partners.get(run.partners) ?? Number.NaN];
    return Number.isFinite(a) && Number.isFinite(b) ? [{ unit: run.unit, stratum: run.stratum, a, b }] : [];
  });
  const positive = pairs.every(({ a, b }) => a > 0 && b > 0);
  const difference = overUnits(pairs, ({ a, b }) => a - b);
  const logRatio = overUnits(positive ? pairs : [], ({ a, b }) => Math.log(a / b));
  const alone = [overUnits(pairs, ({ a }) => a), overUnits(pairs, ({ b }) => b)].map(({ error }) => error);
  const ratio = Math.exp(logRatio.mean);
  return {
    measurement,
    units: difference.units,
    unpaired: others.length + base.length - 2 * pairs.length,
    difference: difference.mean,
    standardError: difference.error,
    unpairedError: Math.hypot(...alone),
    ratio,
    ratioError: ratio * logRatio.error,
  };
}

interface Spread {
  readonly units: number;
  readonly mean: number;
  readonly error: number;
}

/** The mean over units, the pairs of each averaged first, and its stratified standard error; NaN of nothing. */
function overUnits(pairs: readonly Pair[], of: (pair: Pair) => number): Spread {
  const units = new Map<string, { readonly stratum: string; readonly values: number[] }>();
  for (const pair of pairs) {
    const unit = units.get(pair.unit) ?? { stratum: pair.stratum, values: [] };
    unit.values.push(of(pair));
    units.set(pair.unit, unit);
  }
  const strata = new Map<string, number[]>();
  for (const { stratum, values } of units.values())
    strata.set(stratum, [...(strata.get(stratum) ?? []), meanOf(values)]);
  const all = [...strata.values()];
  const count = units.size;
  const squares = all.reduce((sum, values) => sum + values.length * sampleVariance(values), 0);
  return { units: count, mean: meanOf(all.flat()), error: Math.sqrt(squares) / count };
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Divided by n − 1; NaN of one value. */
function sampleVariance(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
