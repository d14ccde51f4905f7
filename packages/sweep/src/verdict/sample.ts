/** The values of independent units, and what a method makes of them. */
import { spread } from '../sequential/confidence-sequence.js';
import { bettingMean } from '../sequential/betting-mean.js';
import { gaussianMean } from '../sequential/gaussian-mean.js';
import { halfBoundedMean } from '../sequential/half-bounded-mean.js';
import type { Method } from '../sequential/method.js';
import type { Entry } from './completion.js';
import { unitsOf } from './units.js';

/** Betting where the claim knows a range and the verdict must hold at every look; otherwise the Gaussian mixture. */
export function methodFor([least, most]: readonly [number, number], anytime: boolean): Method {
  if (!anytime || (least === -Infinity && most === Infinity)) return gaussianMean;
  const range = { least, most };
  return Number.isFinite(least) && Number.isFinite(most) ? bettingMean(range) : halfBoundedMean(range);
}

export interface Sample {
  /** One a unit: runs that share their random numbers are averaged first, for they are no independent evidence. */
  readonly values: readonly number[];
  readonly mean: number;
  readonly deviation: number;
}

export function sampleOf(entries: readonly Entry[]): Sample {
  const values = unitsOf(entries).map((unit) => meanOver(unit.map(({ value }) => value)));
  const [first = Number.NaN] = values;
  // To the bit: rounding must not look like a spread.
  return values.every((value) => value === first)
    ? { values, mean: first, deviation: 0 }
    : { values, ...spread(values) };
}

/** Of each unit the share of its runs that held. */
export const sharesOf = (entries: readonly Entry[]): readonly number[] =>
  unitsOf(entries).map((unit) => meanOver(unit.map(({ held }) => (held ? 1 : 0))));

/** Of equal values that value, to the bit: a mean without spread is known as a point. */
function meanOver(values: readonly number[]): number {
  const [first = Number.NaN] = values;
  return values.every((value) => value === first)
    ? first
    : values.reduce((sum, value) => sum + value, 0) / values.length;
}
