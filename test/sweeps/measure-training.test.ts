/** Identities that no training could violate would say nothing: doctored trainings must violate them. */
import {
  addProduct,
  balancedOutputs,
  binaryObjective,
  logistic,
  matrix,
  Random,
  row,
  type Layer,
} from '@marginalia/core';
import type { Measurements } from '@marginalia/theory';
import { beforeAll, describe, expect, it } from 'vitest';
import { trainOnClusters, type ClusterTraining, type HalfWay } from '../../sweeps/src/cluster-training.js';
import type { ClusterSetting } from '../../sweeps/src/cluster-axes.js';
import {
  measureCosines,
  measureIdentities,
  measureInitialCounts,
  measureTraining,
  type Ownership,
} from '../../sweeps/src/measure-training.js';
import { averaging, firstOf, tinyPlan } from './tiny.js';

const train = async (
  set: Readonly<Record<string, string>> = {},
): Promise<[ClusterSetting, ClusterTraining]> => {
  const { setting, random } = firstOf(averaging, tinyPlan(averaging, { trainer: 'plain', ...set }));
  const { width } = setting;
  const training = await trainOnClusters(
    setting,
    random,
    2 * width,
    ({ labels }) => binaryObjective(logistic, balancedOutputs(width), labels),
    // What it measures needs no kernel: the net and its data may outlive the call.
    async (found) => found,
  );
  return [setting, training];
};

let setting: ClusterSetting;
let trained: ClusterTraining;
let ownership: Ownership;
beforeAll(async () => {
  [setting, trained] = await train();
  const { width, stepSize, samples } = setting;
  ownership = {
    sign: (neuron, sample) => (neuron < width ? 1 : -1) * trained.train.labels[sample]!,
    own: (neuron, cluster) => neuron < width === trained.distribution.classes[cluster]! > 0,
    largestStep: stepSize / (width * samples),
  };
});

const copyOf = ({ weights, biases }: Layer): Layer => ({
  weights: matrix(weights.rows, weights.columns, weights.data.slice()),
  biases: biases.slice(),
});

/** The same training with its last or its half-way net changed. */
function doctored(change: (layer: Layer) => void, when: 'end' | 'half' = 'end'): ClusterTraining {
  const { descent } = trained;
  if (when === 'end') {
    const layer = copyOf(descent.layer);
    change(layer);
    return { ...trained, descent: { ...descent, layer } };
  }
  const at = descent.folded.half[0] as HalfWay;
  const { rows, columns } = descent.layer.weights;
  const layer = copyOf({ weights: matrix(rows, columns, at.weights), biases: at.biases });
  change(layer);
  return {
    ...trained,
    descent: { ...descent, folded: { half: [{ weights: layer.weights.data, biases: layer.biases }] } },
  };
}

const identities = (training: ClusterTraining, owner = ownership): Measurements =>
  measureIdentities(setting, training, owner);
const allowance = 1e-9;

/** What an undoctored training never does to a net, and the identity that tells. */
const crimes: readonly { name: string; change: (layer: Layer) => void; tells: readonly string[] }[] = [
  {
    name: 'decays its weights',
    change: ({ weights }) => weights.data.forEach((value, at) => (weights.data[at] = 0.99 * value)),
    // The decayed part of ΔW stays in the span of the samples; that of W_0 and the biases do not follow.
    tells: ['decompositionError', 'biasIdentityError'],
  },
  {
    name: 'adds noise to its weights',
    change: ({ weights }) => {
      const noise = Random.of('noise').gaussians(new Float64Array(weights.data.length), 1e-6);
      noise.forEach((value, at) => (weights.data[at]! += value));
    },
    tells: ['decompositionError', 'biasIdentityError', 'coefficientSignError'],
  },
  {
    name: 'bumps a bias',
    change: ({ biases }) => (biases[1]! += 1e-8),
    tells: ['biasIdentityError'],
  },
  {
    name: 'forgets to move biases',
    change: ({ biases }) => trained.start.biases.forEach((value, r) => (biases[r] = value)),
    tells: ['biasIdentityError'],
  },
  {
    name: 'pushes one sample away from its own label',
    change: ({ weights, biases }) => {
      const push = matrix(weights.rows, trained.train.inputs.rows);
      push.data[0] = -2 * setting.steps * ownership.largestStep * trained.train.labels[0]!;
      addProduct(weights, push, trained.train.inputs);
      biases[0]! += push.data[0];
    },
    tells: ['coefficientSignError'],
  },
  {
    name: 'steps six times as far as it says',
    change: ({ weights, biases }) => {
      const { start } = trained;
      weights.data.forEach(
        (value, at) => (weights.data[at] = start.weights.data[at]! + 6 * (value - start.weights.data[at]!)),
      );
      biases.forEach((value, r) => (biases[r] = start.biases[r]! + 6 * (value - start.biases[r]!)));
    },
    tells: ['coefficientSignError'],
  },
];

const named = ['decompositionError', 'biasIdentityError', 'coefficientSignError', 'eulerError'];

describe('the identities of training', () => {
  it('hold for training as it is', () => {
    const measured = identities(trained);
    expect(measured['independentSamples']).toBe(1);
    expect(measured['roundingAllowance']).toBe(allowance);
    expect(measured['coefficientRounding']).toBeLessThan(allowance);
    for (const name of named) expect(measured[name], name).toBeLessThan(allowance / 100);
  });

  it.each(crimes)('tell when training $name', ({ change, tells }) => {
    const measured = identities(doctored(change));
    for (const name of tells) expect(measured[name], name).toBeGreaterThan(allowance);
    // Whatever was done to the net, Euler's identity is one of every net.
    expect(measured['eulerError']).toBeLessThan(allowance / 100);
  });

  it('tell a coefficient that had shrunk half-way and grew again', () => {
    const shrunk = doctored(({ weights }) => {
      const push = matrix(weights.rows, trained.train.inputs.rows);
      push.data[0] = -setting.steps * ownership.largestStep * trained.train.labels[0]!;
      addProduct(weights, push, trained.train.inputs);
    }, 'half');
    const measured = identities(shrunk);
    expect(measured['coefficientSignError']).toBeGreaterThan(0.1);
    expect(measured['decompositionError']).toBeLessThan(allowance);
  });

  it('tell signs and bounds that are not those of the net', () => {
    const flipped: Ownership = { ...ownership, sign: (r, i) => -ownership.sign(r, i) };
    expect(identities(trained, flipped)['coefficientSignError']).toBeCloseTo(1, 9);
    const slow: Ownership = { ...ownership, largestStep: ownership.largestStep / 100 };
    expect(identities(trained, slow)['coefficientSignError']).toBeGreaterThan(1);
  });

  it('tell a backward pass whose gradient is not that of the loss', () => {
    const { objective } = trained;
    const wrong: typeof objective = {
      ...objective,
      backward: (active, signals, margins) => {
        const loss = objective.backward(active, signals, margins);
        signals.forEach((value, at) => (signals[at] = 1.001 * value));
        return loss;
      },
    };
    expect(identities({ ...trained, objective: wrong })['eulerError']).toBeGreaterThan(1e-4);
  });

  it('are left unjudged where rounding could violate them', async () => {
    for (const set of [
      { dimension: '512', samples: '511' },
      { samples: '80', initialisation: 'talk', stepSize: '1e-10' },
      // More samples than dimensions: coefficients are not unique.
      { samples: '160' },
    ]) {
      const [other, training] = await train(set);
      const measured = measureIdentities(other, training, ownership);
      expect(measured['independentSamples'], JSON.stringify(set)).toBe(0);
      if (set.samples === '160') expect(measured['decompositionError']).toBeUndefined();
    }
  });
});

describe('what training is measured by', () => {
  it('is read off margins, setting and data', () => {
    const { margins } = trained.descent;
    const measured = measureTraining(setting, trained);
    expect(measured['trainAccuracy']).toBe(1);
    expect(measured['trainMarginMin']).toBe(Math.min(...margins));
    expect(measured['trainMarginMean']).toBeCloseTo(
      margins.reduce((sum, one) => sum + one, 0) / margins.length,
      12,
    );
    expect(measured['initialScale']).toBeCloseTo(1e-5 * Math.sqrt(128), 18);
    expect(measured['scaledStepSize']).toBeCloseTo(0.06144, 12);
    expect(measured['trainingTime']).toBeCloseTo(6.144, 10);
    expect([measured['diverged'], measured['fitted']]).toEqual([0, 1]);
  });

  it('says that training diverged, and when it did not fit', async () => {
    const [other, wild] = await train({ stepSize: '1e6', noise: '20' });
    expect(measureTraining(other, wild)['diverged']).toBe(1);
    const [brief, short] = await train({ steps: '1', stepSize: '1e-12', initialisation: 'talk' });
    const measured = measureTraining(brief, short);
    expect([measured['fitted'], measured['diverged']]).toEqual([0, 0]);
    expect(measured['trainAccuracy']).toBeLessThan(1);
  });

  it('keeps the sign of coefficients: what fell below zero is not large', () => {
    const before = identities(trained);
    expect(before['sameClassCoefficientMin']).toBeGreaterThan(0);
    expect(before['coefficientRatio']).toBeLessThan(10);
    // Neuron 0 turned round: its coefficients are as large as before.
    const turned = identities(
      doctored(({ weights }) => {
        const start = row(trained.start.weights, 0);
        row(weights, 0).forEach((value, l) => (weights.data[l] = 2 * start[l]! - value));
      }),
    );
    expect(turned['sameClassCoefficientMin']).toBeLessThan(0);
    expect(turned['coefficientRatio']).toBe(Infinity);
  });

  it('knows cosines of own and other centres apart', () => {
    const cosines = measureCosines(trained, ownership.own);
    expect(cosines['sameClassCosineMin']).toBeGreaterThan(0.4);
    expect(cosines['oppositeClassCosineMax']).toBeLessThan(0.1);
    const swapped = measureCosines(trained, (r, j) => !ownership.own(r, j));
    expect(swapped['oppositeClassCosineMin']).toBe(cosines['sameClassCosineMin']);
  });

  it('ranks the counts at initialisation by the given stream alone', () => {
    const measured = measureInitialCounts(trained, 4, Random.of('ranks'));
    expect(measured).toEqual(measureInitialCounts(trained, 4, Random.of('ranks')));
    expect(measured.initialCountDistance).toBeGreaterThan(0);
    expect(measured.initialCountDistance).toBeLessThan(1.95);
  });
});
