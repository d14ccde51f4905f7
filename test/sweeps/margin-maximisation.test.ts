/** Laws of the sweep on margin maximisation, at a size that takes a fraction of a second. */
import {
  atParameters,
  BadInput,
  canonical,
  exponentialLog,
  gaussianNet,
  homogeneous,
  identity,
  logLosses,
  matrix,
  norm,
  parametersOf,
  publishedScheduler,
  Random,
  reluPower,
  train,
  type Homogeneous,
} from '@marginalia/core';
import { performRun, plan, verdictOf } from '@marginalia/sweep';
import type { Evidence } from '@marginalia/theory';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { stationarity } from '../../sweeps/src/clarke.js';
import { examine, imbalances } from '../../sweeps/src/examine-margin.js';
import { marginData, marginLaw } from '../../sweeps/src/margin-data.js';
import { marginModels, startOf } from '../../sweeps/src/margin-training.js';
import { watchMargin } from '../../sweeps/src/watch-margin.js';
import { runs } from '../arbitraries/runs.js';
import { baselines, evidence } from '../laws/baseline.js';
import { readsOf } from '../laws/reads.js';
import margins from '../../sweeps/src/margin-maximisation.js';
import { evidencesOf } from './tiny.js';

const small = { samples: '8', width: '3', steps: '3000', testPoints: '20' };

describe('the sweep', () => {
  let evidences: readonly Evidence[];
  const asked = plan(margins, { code: 'test', set: small, replicates: 1 });
  beforeAll(async () => {
    evidences = await evidencesOf(margins, asked);
  });

  it('can be planned in every preset, models from far out for the table alone', () => {
    for (const preset of Object.keys(margins.presets)) {
      const { runs: planned, claims } = plan(margins, { preset, code: 'test' });
      expect(planned.every(({ cost }) => cost > 0 && Number.isFinite(cost))).toBe(true);
      expect(new Set(planned.map(({ id }) => id)).size).toBe(planned.length);
      expect(new Set(claims).size).toBe(claims.length);
      const far = planned.filter(({ axes }) => axes['spread'] !== 1);
      expect(far.length).toBeGreaterThan(0);
      expect(far.every(({ axes }) => axes['model'] === 'two-layer' && axes['data'] === 'gaussian')).toBe(
        true,
      );
    }
  });

  it('keeps its trajectory on one grid of log t, beside the rate that theory predicts', () => {
    for (const { measurements } of evidences) {
      const of = (name: string) => measurements[name] as readonly number[];
      const at = of('lossCurve.at');
      expect(at.length).toBeGreaterThan(3);
      expect(of('normalisedMarginCurve.at')).toEqual(at);
      expect(at.at(-1)!).toBeLessThanOrEqual(measurements['logTime'] as number);
      const [losses, margin] = [of('lossCurve'), measurements['normalisedMargin'] as number];
      expect(losses.toSorted((a, b) => a - b)).toEqual(losses);
      expect(losses.at(-1)!).toBeLessThanOrEqual(-(measurements['logLoss'] as number));
      for (const value of of('normalisedMarginCurve')) expect(value).toBeLessThanOrEqual(margin * 1.001);
      // log(L²γ^{2/L} t (log t)^{2−2/L}), once more.
      const degree = measurements['degree'] as number;
      at.forEach((x, i) => {
        const rate = Math.log(degree ** 2 * margin ** (2 / degree) * x ** (2 - 2 / degree)) + x;
        expect(of('predictedLossCurve')[i]).toBeCloseTo(rate, 9);
      });
    }
  });

  it('finds its identities supported in every run of a small grid, with either loss', async () => {
    const logistic = plan(margins, { code: 'test', set: { ...small, loss: 'logistic' }, replicates: 1 });
    const all = [...evidences, ...(await evidencesOf(margins, logistic))];
    const exact = asked.claims.filter(({ relation }) => relation.kind === 'exactly');
    expect(exact).toHaveLength(6);
    for (const claim of exact) {
      const { verdict, violated, held } = verdictOf(claim, all);
      expect({ claim: claim.id, verdict, violated }).toEqual({
        claim: claim.id,
        verdict: 'supported',
        violated: 0,
      });
      expect(held, claim.id).toBeGreaterThan(3);
    }
  });

  it('measures everything that its claims read', async () => {
    const far = await evidencesOf(
      margins,
      plan(margins, {
        code: 'test',
        set: { ...small, model: 'two-layer', data: 'gaussian', cap: '1', spread: '2', steps: '60000' },
        replicates: 1,
      }),
    );
    expect(far[0]!.measurements['lossesReached']).toBe(5);
    for (const claim of asked.claims) {
      const { measurements, axes } = readsOf(claim, evidence(baselines[claim.id]?.cells[0]));
      for (const name of measurements) {
        expect(far[0]!.measurements[name], `${claim.id} reads ${name}`).toEqual(expect.any(Number));
        expect(far[0]!.measurements[name], `${claim.id} reads ${name}`).not.toBeNaN();
      }
      for (const name of axes) expect(Object.keys(margins.axes), claim.id).toContain(name);
    }
  });

  it('gives the same bytes when run twice', async () => {
    const one = asked.runs[0]!;
    const once = canonical(await performRun(margins, asked, one));
    expect(canonical(await performRun(margins, asked, one))).toBe(once);
  });

  it('says nothing of a net that never fitted', async () => {
    const short = plan(margins, { code: 'test', set: { ...small, steps: '1' }, replicates: 1 });
    const found = await evidencesOf(margins, short);
    const claim = asked.claims[0]!;
    expect(found.some(({ measurements }) => measurements['fitted'] === 0)).toBe(true);
    expect(
      verdictOf(
        claim,
        found.filter(({ measurements }) => measurements['fitted'] === 0),
      ).verdict,
    ).toBe('vacuous');
  });

  it.each([
    [{ dimension: '3' }, 'four of them'],
    [{ cap: '0' }, 'cap'],
    [{ model: 'conv' }, 'frozen, two-layer, deep, squared'],
    [{ spread: '-1' }, 'spread'],
  ])('refuses %j in one line', (set, said) => {
    const planning = (): unknown => plan(margins, { code: 'test', set, replicates: 1 });
    expect(planning).toThrow(BadInput);
    expect(planning).toThrow(said);
  });
});

describe('the points', () => {
  it.each(marginData)('of %s come with labels of both kinds, the first of more being the fewer', (data) => {
    const draw = marginLaw(data, 6, Random.of(data));
    const many = draw(40, Random.of('points'));
    expect(Math.abs(many.labels.reduce((sum, label) => sum + label, 0))).toBeLessThanOrEqual(0);
    expect(many.inputs.data.every(Number.isFinite)).toBe(true);
    if (data !== 'clusters')
      expect(draw(8, Random.of('points')).inputs.data).toEqual(many.inputs.data.slice(0, 48));
  });

  it('of xor are separated by no line through them that a thousand random ones include', () => {
    const { inputs, labels } = marginLaw('xor', 2, Random.of('xor'))(40, Random.of('points'));
    const random = Random.of('lines');
    for (let i = 0; i < 1000; i++) {
      const [a, b] = [random.gaussian(), random.gaussian()];
      const right = labels.filter(
        (label, n) => label * (a * inputs.data[2 * n]! + b * inputs.data[2 * n + 1]!) > 0,
      );
      expect(right.length).toBeLessThan(40);
    }
  });
});

const one = { inputs: matrix(1, 2, Float64Array.of(3, 4)), labels: Int8Array.of(1) };

describe('the distance from a KKT point', () => {
  it('is 0 at the support vectors of a linear net, and 1 across them', () => {
    const at = (...w: number[]): Homogeneous =>
      homogeneous({ weights: [matrix(1, 2, Float64Array.from(w))], activation: identity });
    expect(stationarity(at(0.6, 0.8), one, 0).residual).toBeLessThan(1e-12);
    // θ ⟂ x by 1e-3: the residual is the sine of the angle.
    const tilted = at(0.8 + 1e-3, -0.6);
    expect(stationarity(tilted, one, 0).residual).toBeGreaterThan(0.999);
  });

  it('is 0 on a kink where a share of the gradient balances, and not where one side alone is taken', () => {
    // f = φ(w₁·x) − φ(w₂·x), unit points x₁ and x₂ of either label with x₁·x₂ = k: each would switch on the other's neuron.
    // At the optimum w₁ ∝ x₁ − k x₂ and w₂ ∝ x₂ − k x₁ both sit on a kink, of whose gradient they take the share k.
    const set = { inputs: matrix(2, 2, Float64Array.of(1, 0, 0.6, 0.8)), labels: Int8Array.of(1, -1) };
    const held = homogeneous({
      weights: [matrix(2, 2, Float64Array.of(0.64, -0.48, 0, 0.8)), matrix(1, 2, Float64Array.of(1, -1))],
      frozen: [1],
    });
    const free = stationarity(held, set, 1e-9);
    expect(free).toMatchObject({ supports: 2, kinks: 2 });
    expect(free.residual).toBeLessThan(1e-9);
    // With no pre-activation near enough to count as one, no multipliers do.
    expect(stationarity(held, set, -1).residual).toBeGreaterThan(0.1);
    const stuck = examine(held, set, exponentialLog, { theta: parametersOf(held), logLoss: -1 });
    expect(stuck.misalignment).toBeGreaterThan(0.01);
  });
});

it('reads the multipliers of a KKT point off the gradient, for every model and loss', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...marginModels),
      fc.constantFrom('logistic' as const, 'exponential' as const),
      fc.nat(),
      (model, name, key) => {
        const random = Random.of(['multipliers', key]);
        const set = marginLaw('gaussian', 4, random)(8, random.stream('set'));
        const setting = {
          model,
          data: 'gaussian',
          loss: name,
          dimension: 4,
          samples: 8,
          width: 3,
          spread: 1,
          cap: 0.3,
          steps: 1,
          testPoints: 1,
        } as const;
        const network = startOf(setting, random);
        const rule = { ...publishedScheduler, cap: 0.3 };
        const found = train({
          network,
          inputs: set.inputs,
          targets: set.labels,
          loss: logLosses[name],
          rule,
          steps: 400,
        });
        if (!found.margins.every((q) => q > 0) || found.logLoss >= 0) return;
        const theta = parametersOf(found.network);
        const { equalityError, slackRatio } = examine(network, set, logLosses[name], {
          theta,
          logLoss: found.logLoss,
        });
        expect(equalityError).toBeLessThan(1e-13);
        if (name === 'exponential') expect(slackRatio).toBeLessThanOrEqual(1);
        // At another point than the one that the loss is of, the identity of the multipliers still holds: λ is the gradient's.
        const scaled = theta.map((value) => 2 * value);
        expect(
          examine(network, set, logLosses[name], { theta: scaled, logLoss: found.logLoss }).equalityError,
        ).toBeLessThan(1e-13);
      },
    ),
    runs(30),
  );
});

it.each([1, 10, 100])('loses the margin without a cap, with %i steps a decision', (round) => {
  const setting = {
    model: 'frozen',
    data: 'gaussian',
    loss: 'exponential',
    dimension: 4,
    samples: 12,
    width: 4,
    spread: 1,
    cap: 0.3,
    steps: 1,
    testPoints: 1,
  } as const;
  const random = Random.of('rounds');
  const set = marginLaw('gaussian', 4, random.stream('law'))(12, random.stream('train'));
  const network = startOf(setting, random.stream('start'));
  const fallOf = (cap?: number): number =>
    train({
      network,
      inputs: set.inputs,
      targets: set.labels,
      loss: exponentialLog,
      rule: { ...publishedScheduler, round, ...(cap && { cap }) },
      steps: 130 * round,
      probe: watchMargin({ network, loss: exponentialLog, logLosses: [] }),
      until: ({ logLoss }) => logLoss < -1e6,
    }).folded.fall;
  expect(fallOf()).toBeGreaterThan(0.05);
  expect(fallOf(0.3)).toBeLessThan(1e-4);
});

it('keeps the balance of neurons on the flow: halving the step halves the drift', () => {
  for (const activation of [reluPower(1), reluPower(2)]) {
    const network = gaussianNet({ widths: [4, 6, 1], activation, deviation: 0.5 }, Random.of('balance'));
    const set = marginLaw('gaussian', 4, Random.of('law'))(8, Random.of('set'));
    const drift = (parts: number): number => {
      const after = train({
        network,
        inputs: set.inputs,
        targets: set.labels,
        loss: exponentialLog,
        rule: { kind: 'constant', stepSize: 0.01 / parts },
        steps: 100 * parts,
      });
      const before = imbalances(network);
      return norm(Float64Array.from(imbalances(after.network), (value, r) => value - before[r]!));
    };
    expect(drift(1) / drift(2)).toBeCloseTo(2, 0);
    expect(drift(1)).toBeGreaterThan(0);
  }
  expect(
    imbalances(atParameters(gaussianNet({ widths: [2, 1] }, Random.of('one')), new Float64Array(2))),
  ).toEqual([]);
});
