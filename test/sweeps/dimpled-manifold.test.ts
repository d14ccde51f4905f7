/** Where the smallest perturbations of an averaged net lie, and how far its boundary is along and across manifolds. */
import { performRun, plan, randomOf } from '@marginalia/sweep';
import { expect, it } from 'vitest';
import sweep from '../../sweeps/src/dimpled-manifold.js';

const tiny = {
  dimension: '1024',
  clusters: '4',
  samplesPerCluster: '8',
  width: '2',
  steps: '60',
  testPoints: '16',
  noisePoints: '200',
};
type Numbers = Record<string, number>;

const planned = (set: Readonly<Record<string, string>> = {}) =>
  plan(sweep, { code: 'test', set: { ...tiny, ...set }, replicates: 1 });

async function measured(set: Readonly<Record<string, string>> = {}): Promise<Numbers> {
  const asked = planned(set);
  const { outcome } = await performRun(sweep, asked, asked.runs[0]!);
  if (outcome.kind === 'failed') throw new Error(outcome.failure.message);
  return outcome.measurements as Numbers;
}

it.each(['law', 'explicit'])('has the closed forms of averaging, drawn %s', async (sampling) => {
  const { onCentresFraction, offCentresRadius, onCentresRadius, chordCosine, ...run } = await measured({
    sampling,
  });
  expect(run['provedShare']).toBe(1);
  // Noise of 16 points: the median of a radius of deviation one has error .3 of 16.
  expect(onCentresRadius).toBeGreaterThan(0.9 * Math.sqrt(1024 / 4));
  expect(onCentresRadius).toBeLessThan(1.1 * Math.sqrt(1024 / 4));
  expect(onCentresFraction).toBeCloseTo(1 / Math.sqrt(1 + 1 / 8), 1);
  expect(offCentresRadius! / onCentresRadius!).toBeGreaterThan(0.85 * Math.sqrt(8));
  expect(offCentresRadius! / onCentresRadius!).toBeLessThan(1.15 * Math.sqrt(8));
  expect(chordCosine).toBeCloseTo(Math.sqrt(1 / 2 / (1 + 1 / 8)), 1);
});

it.each(['law', 'explicit'])('has coefficients that grow as margins do, drawn %s', async (sampling) => {
  const run = (await measured({ sampling })) as unknown as Record<string, readonly number[]>;
  const [own, other, margins] = ['ownCoefficientCurve', 'otherCoefficientCurve', 'marginCurve'].map(
    (name) => run[name]!,
  ) as [readonly number[], readonly number[], readonly number[]];
  expect(run['ownCoefficientCurve.at']).toEqual(run['marginCurve.at']);
  expect(own.toSorted((a, b) => a - b)).toEqual(own);
  // q = λ(1 + k/n), from the second step on: before, half of the neurons have not moved.
  own.slice(1).forEach((value, i) => {
    expect(Math.abs((value * (1 + 1 / 8)) / margins[i + 1]! - 1)).toBeLessThan(0.15);
  });
  // What the first step left of the other class stays, while the own grow.
  expect(Math.abs(other.at(-1)!)).toBeLessThan(0.1 * own.at(-1)!);
});

it('finds no radius below the one in all of R^d, and one across the class that is no larger', async () => {
  const { exactRadius, onCentresRadius, offCentresRadius, offSiblingsRadius, offInputsShare } =
    await measured();
  for (const confined of [onCentresRadius, offCentresRadius, offSiblingsRadius]) {
    expect(confined).toBeGreaterThanOrEqual(exactRadius! * (1 - 1e-9));
  }
  expect(offInputsShare).toBeLessThanOrEqual(1);
  expect(offSiblingsRadius).toBeLessThan(exactRadius! * 1.02);
});

it('finds more of an attack in a larger manifold: a class, all centres, all inputs', async () => {
  const { onCentresFraction, onSiblingsFraction, onInputsFraction } = await measured();
  expect(onSiblingsFraction).toBeLessThan(onCentresFraction!);
  expect(onInputsFraction).toBeGreaterThan(onCentresFraction!);
  expect(onInputsFraction).toBeLessThanOrEqual(1 + 1e-12);
});

it('gives no robustness off the inputs to a net that began large', async () => {
  const small = await measured();
  const large = await measured({ initialisation: 'talk', steps: '2000' });
  expect(small['offInputsShare']).toBeLessThan(0.05);
  expect(large['offInputsShare']).toBeGreaterThan(0.5);
});

it('looks at the end last, and replays bit for bit', async () => {
  const asked = planned({ steps: '40' });
  const run = asked.runs[0]!;
  const again = async () =>
    (await sweep.run(run.axes as never, randomOf(sweep, asked, run))) as unknown as Record<string, number[]>;
  const found = await again();
  expect(found['freshRadiusCurve.at']).toEqual([1, 2, 5, 10, 30, 40]);
  expect(found['freshRadiusCurve']!.at(-1)).toBe(found['exactRadius']);
  expect(await again()).toEqual(found);
});

it('sees the dimples of training points, of which a fresh point has none', async () => {
  const { dimpleRatio } = await measured({ noisePoints: '1000', samplesPerCluster: '4' });
  expect(dimpleRatio).toBeGreaterThan(1.15);
  expect(dimpleRatio).toBeLessThan(1.35);
});

it('sees the median of half-normals at a halfspace', async () => {
  const { halfspaceRadius, gaussianRadius } = await measured({ noisePoints: '4000' });
  // Φ^{-1}(3/4), standard error .0124.
  expect(Math.abs(halfspaceRadius! - 0.67449)).toBeLessThan(4 * 0.0124);
  expect(gaussianRadius).toBeLessThan(halfspaceRadius!);
});
