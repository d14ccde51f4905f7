/** Data in a subspace: the part of the weights that no input sees, and radii on it. */
import { performRun, plan, randomOf } from '@marginalia/sweep';
import { judge, weightsStayOff, type Evidence } from '@marginalia/theory';
import { describe, expect, it } from 'vitest';
import { Random, timesTransposed, wishartFactor } from '@marginalia/core';
import sweep from '../../sweeps/src/low-dimensional-data.js';

const tiny = {
  subspaceDimension: '32',
  codimension: '40',
  clusters: '2',
  samples: '24',
  width: '2',
  weightDeviation: '0.0005',
  steps: '60',
  testPoints: '12',
};

async function runs(set: Readonly<Record<string, string>>, replicates = 1): Promise<Evidence[]> {
  const asked = plan(sweep, { code: 'test', set: { ...tiny, ...set }, replicates });
  const found: Evidence[] = [];
  for (const run of asked.runs) {
    const { outcome, axes, replicate } = await performRun(sweep, asked, run);
    if (outcome.kind === 'failed') throw new Error(outcome.failure.message);
    found.push({ axes, replicate, measurements: outcome.measurements });
  }
  return found;
}
const only = async (set: Readonly<Record<string, string>> = {}): Promise<Record<string, number>> =>
  (await runs(set))[0]!.measurements as Record<string, number>;

it('leaves W on P^⊥ where it was, in all coordinates of R^d, and moves it on P', async () => {
  const [run] = await runs({ sampling: 'explicit' });
  expect(judge(weightsStayOff, run!)).toMatchObject({ kind: 'holds' });
  const { offWeightError, onRadius, offRadius } = run!.measurements as Record<string, number>;
  // Rounding of steps far longer than what must stay: not zero, or nothing was computed.
  expect(offWeightError).toBeGreaterThan(0);
  expect(offWeightError).toBeLessThan(1e-11);
  expect(onRadius).toBeLessThan(offRadius!);
});

it('finds weights that decayed off the subspace where (1 − ηκ)^T puts them, and not where they were', async () => {
  const { shrinkage, offWeightError } = await only({ sampling: 'explicit', decay: '0.3' });
  expect(shrinkage).toBeCloseTo((1 - 0.06144 * 0.3) ** 60, 12);
  expect(offWeightError).toBeLessThan(1e-11);
});

it('orders the radii: none within P or off it below the radius in R^d', async () => {
  for (const sampling of ['law', 'explicit']) {
    const { exactRadius, onRadius, offRadius, provedShare } = await only({ sampling });
    expect(provedShare).toBe(1);
    expect(exactRadius).toBeLessThanOrEqual(onRadius! * (1 + 1e-9));
    expect(exactRadius).toBeLessThanOrEqual(offRadius! * (1 + 1e-9));
  }
});

it('agrees in law with points drawn in all of R^d', async () => {
  const set = { weightDeviation: '0.005', testPoints: '30' };
  const means = async (sampling: string) => {
    const found = await runs({ ...set, sampling }, 24);
    const of = (name: string): [number, number] => {
      const values = found.map(({ measurements }) => Number(measurements[name]));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
      return [mean, spread / values.length];
    };
    return ['offRadius', 'onRadius', 'exactRadius'].map(of);
  };
  const [law, explicit] = [await means('law'), await means('explicit')];
  law.forEach(([mean, variance], i) => {
    const [other, otherVariance] = explicit[i]!;
    // Fixed seeds; 4 standard errors would fail once in 5000 for a right sampler.
    expect(Math.abs(mean - other)).toBeLessThan(4 * Math.sqrt(variance + otherVariance));
  });
});

it('replays bit for bit', async () => {
  const asked = plan(sweep, { code: 'test', set: tiny, replicates: 1 });
  const run = asked.runs[0]!;
  const again = () => sweep.run(run.axes as never, randomOf(sweep, asked, run));
  expect(await again()).toEqual(await again());
});

describe('wishartFactor', () => {
  it('has the mean Gram matrix of vectors in so many coordinates', () => {
    const [rows, degrees, deviation, draws] = [3, 50, 0.5, 2000];
    const mean = new Float64Array(rows * rows);
    for (let at = 0; at < draws; at++) {
      const factor = wishartFactor(rows, degrees, deviation, Random.of('wishart').at(at));
      expect(factor.columns).toBe(rows);
      timesTransposed(factor, factor).data.forEach((value, i) => (mean[i]! += value / draws));
    }
    const size = degrees * deviation ** 2;
    // Var of an entry is 2c σ⁴ on the diagonal, c σ⁴ off it.
    const error = Math.sqrt((2 * degrees) / draws) * deviation ** 2;
    mean.forEach((value, i) =>
      expect(Math.abs(value - (i % (rows + 1) === 0 ? size : 0))).toBeLessThan(5 * error),
    );
  });

  it('has no more columns than there are coordinates', () => {
    expect(wishartFactor(5, 2, 1, Random.of('few')).columns).toBe(2);
  });
});
