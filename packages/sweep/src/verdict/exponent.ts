/** Power laws: is quantity / bound ∝ axis^exponent over the grid of a sweep? */
import type { Proportional } from '@marginalia/theory';
import { coefficientEvidence, coefficientHalfWidth, type Estimated } from '../sequential/coefficient.js';
import { detectableFactor } from '../sequential/detectable.js';
import { count, type Decision, digits, evidenceOf } from './decision.js';
import type { Findings } from './gather.js';
import { type Judging, missedInWords } from './judging.js';
import { leastUnits } from './least-units.js';
import { coefficientsOf, leastSquares } from './least-squares.js';
import { studentQuantile } from './student.js';
import { unitsOf } from './units.js';

interface Point {
  /** log of each fitted axis; the claimed one first. */
  readonly logs: readonly number[];
  /** log(quantity / bound). */
  readonly y: number;
}

/**
 * Least squares of log(quantity / bound) on the logarithms of the axes. The interval is the robust t interval at level
 * alpha over the units (an axis that varies within units is told by comparing the runs of one unit), widened to both sides by the finite-size drift: the farthest the exponent moves when one level of a fitted
 * axis is left out, for a law that bends within the grid has no exponent to that precision. Valid once, at a size fixed in
 * advance; at any time it is the t mixture of `coefficient.ts`, and supported and refuted are what its e-values say, of
 * what the drift leaves of the distance.
 */
export function decideExponent(
  relation: Proportional,
  { judged, violated }: Findings,
  { alpha, anytime, missing }: Judging,
): Decision {
  const { axis, exponent, within } = relation;
  const validity = anytime ? 'asymptotic' : 'fixed';
  const open = (reason: string): Decision => ({
    verdict: 'inconclusive',
    estimate: null,
    interval: null,
    slack: null,
    bound: exponent,
    validity,
    evidence: null,
    detectable: null,
    moreUnits: null,
    reason,
  });
  const fitted = [axis, ...relation.alongside.filter((name) => name !== axis)].filter(
    (name) => name === axis || levels(judged.map(({ run }) => run.axes[name])).length > 1,
  );
  const unnumbered = fitted.find((name) => !judged.every(({ run }) => positive(run.axes[name])));
  if (unnumbered !== undefined) return open(`${unnumbered} has no logarithm in every run`);
  if (violated > 0)
    return open(
      `${violated} of ${count(judged.length, 'run')} have no logarithm of quantity / bound, and leaving them out would bias the exponent`,
    );
  if (missing.length > 0)
    return open(
      `${missedInWords(missing)} may have measured anything, and leaving them out would bias the exponent`,
    );
  const points = judged.map(({ run, quantity, bound }): Point => ({
    logs: fitted.map((name) => Math.log(Number(run.axes[name]))),
    y: Math.log(quantity / bound),
  }));
  if (!points.every(({ y }) => Number.isFinite(y)))
    return open('quantity / bound is not finite in every run');
  const taken = levels(judged.map(({ run }) => run.axes[axis]));
  if (taken.length < 2)
    return open(`one value of ${axis} has no exponent; add values: --set ${axis}=${hint(taken[0])}`);
  const units = unitsOf(judged);
  const place = new Map(judged.map((run, at) => [run, at]));
  const fit = fitOf(
    points,
    units.map((unit) => unit.map((run) => place.get(run) as number)),
  );
  if (!fit) {
    const shared = units.length < points.length ? ` in ${count(units.length, 'unit')}` : '';
    return units.length <= fitted.length + 1
      ? open(
          `${count(points.length, 'run')}${shared} for ${fitted.length + 1} coefficients; add runs: --replicates, or more values with --set ${axis}=…`,
        )
      : open(
          `the runs do not tell ${fitted.join(' from ')} apart; add cells in which they vary apart: --set ${axis}=…`,
        );
  }
  const estimated: Estimated = { units: units.length, degrees: fit.degrees, error: fit.error };
  const byChance = (of: Estimated): number =>
    of.error === 0 && !anytime
      ? 0
      : anytime
        ? coefficientHalfWidth(of, alpha)
        : studentQuantile(alpha, of.degrees) * of.error;
  const statistical = byChance(estimated);
  const drift = driftOf(points, fit.exponent);
  const half = statistical + drift.farthest;
  if (!Number.isFinite(half))
    return open(`single runs decide the exponent of ${axis}; add runs: --replicates`);
  const low = fit.exponent - half;
  const high = fit.exponent + half;
  const [least, most] = [exponent - within, exponent + within];
  const beyond = Math.max(0, Math.abs(fit.exponent - exponent) - within);
  const spare = Math.max(0, within - Math.abs(fit.exponent - exponent));
  /** What the drift leaves of a distance. */
  const clear = (distance: number): number => Math.max(0, distance - drift.farthest);
  const evidence = {
    against: evidenceOf(coefficientEvidence(estimated, clear(beyond))),
    for: evidenceOf(coefficientEvidence(estimated, clear(spare))),
  };
  const factor = fit.error === 0 ? null : detectableFactor(statistical / fit.error, fit.degrees);
  const standing = {
    estimate: fit.exponent,
    interval: [low, high] as const,
    slack: within - Math.abs(fit.exponent - exponent),
    bound: exponent,
    validity,
    evidence,
    detectable: factor === null ? null : factor * fit.error + drift.farthest,
    moreUnits: null,
  } as const;
  const unseen = drift.measured ? '' : `, drift unknown with ${taken.length} values of ${axis}`;
  const parts = `${axis}^${digits(fit.exponent)} ± ${digits(half)} (± ${digits(statistical)} by chance, ± ${digits(drift.farthest)} by leaving a level out${unseen})`;
  const claimed = `claimed ${digits(exponent)} ± ${digits(within)}`;
  const precise = !anytime && low <= exponent && exponent <= high && half <= within;
  if (precise || (low >= least && high <= most))
    return { ...standing, verdict: 'supported', reason: `${parts}; ${claimed}` };
  if (low > most || high < least) return { ...standing, verdict: 'refuted', reason: `${parts}; ${claimed}` };
  const remedy =
    statistical >= drift.farthest ? 'more runs: --replicates' : `larger or more values: --set ${axis}=…`;
  const moreUnits = leastUnits(units.length, (total) => {
    const times = total / units.length;
    const then = byChance({
      units: total,
      degrees: fit.degrees + total - units.length,
      error: fit.error / Math.sqrt(times),
    });
    return then < clear(beyond) || then < clear(spare) || (!anytime && then < clear(within));
  });
  return {
    ...standing,
    verdict: 'inconclusive',
    reason: `${parts}: not precise enough for the ${claimed}; add ${remedy}`,
    moreUnits,
  };
}

interface ExponentFit {
  readonly exponent: number;
  readonly error: number;
  readonly degrees: number;
}

/** The exponent of the first axis, all fitted at once; undefined when the points do not determine it. */
function fitOf(points: readonly Point[], units: readonly (readonly number[])[]): ExponentFit | undefined {
  const fit = leastSquares(
    points.map(({ logs }) => [1, ...logs]),
    points.map(({ y }) => y),
    units,
  );
  if (!fit) return undefined;
  const [, exponent = Number.NaN] = fit.coefficients;
  const [, error = Number.NaN] = fit.errors;
  return { exponent, error, degrees: fit.degrees };
}

/** A level is left out where at least two others stay, so that the axis keeps its exponent. */
function driftOf(
  points: readonly Point[],
  exponent: number,
): { readonly farthest: number; readonly measured: boolean } {
  let farthest = 0;
  let measured = false;
  for (let column = 0; column < (points[0]?.logs.length ?? 0); column++) {
    const values = levels(points.map(({ logs }) => logs[column]));
    if (values.length < 3) continue;
    for (const left of values) {
      const kept = points.filter(({ logs }) => logs[column] !== left);
      const [, moved] =
        coefficientsOf(
          kept.map(({ logs }) => [1, ...logs]),
          kept.map(({ y }) => y),
        ) ?? [];
      if (moved === undefined) continue;
      farthest = Math.max(farthest, Math.abs(moved - exponent));
      if (column === 0) measured = true;
    }
  }
  return { farthest, measured };
}

const levels = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];

const positive = (value: unknown): boolean => typeof value === 'number' && value > 0;

const hint = (value: unknown): string =>
  typeof value === 'number' ? `${value},${2 * value},${4 * value}` : '…';
