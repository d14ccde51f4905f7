import {
  atParameters,
  BadInput,
  balancedOutputs,
  binaryObjective,
  degreeOfHomogeneity,
  descend,
  dot,
  exponentialLog,
  gaussianLayer,
  gaussianNet,
  gradientByAutodiff,
  homogeneous,
  identity,
  leaky,
  logAddExp,
  logisticLog,
  logistic,
  logLosses,
  logSumExp,
  matrix,
  netInputs,
  norm,
  parametersOf,
  prelu,
  Propagation,
  publishedScheduler,
  Random,
  relu,
  reluPower,
  Risk,
  row,
  train,
  type Activation,
  type Homogeneous,
  type Matrix,
  type RiskOptions,
  type StepRule,
  type TrainingProbe,
} from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { real } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';

const activations: readonly Activation[] = [
  relu,
  identity,
  leaky(0.2),
  reluPower(2),
  reluPower(3),
  prelu(1),
  prelu(2),
  prelu(3),
];

/** A small net of any kind with samples for it. */
const problem = fc
  .record({
    activation: fc.constantFrom(...activations),
    hidden: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
    d: fc.integer({ min: 1, max: 4 }),
    n: fc.integer({ min: 1, max: 6 }),
    classes: fc.integer({ min: 1, max: 4 }),
    bias: fc.boolean(),
    loss: fc.constantFrom(logLosses.logistic, logLosses.exponential),
    reduction: fc.constantFrom('sum' as const, 'mean' as const),
    frozen: fc.nat(),
    key: fc.nat(),
  })
  .map(({ activation, hidden, d, n, classes, bias, frozen, key, ...rest }) => {
    const random = Random.of(['training', key]);
    const widths = [d, ...hidden, classes];
    const network = gaussianNet(
      {
        widths,
        activation,
        bias,
        frozen: hidden.length > 0 ? [frozen % (hidden.length + 2)].filter((l) => l <= hidden.length) : [],
      },
      random.stream('net'),
    );
    const inputs = matrix(n, d, random.stream('inputs').gaussians(new Float64Array(n * d)));
    const draw = random.stream('targets');
    const targets = Array.from({ length: n }, () =>
      classes === 1 ? 2 * draw.integer(2) - 1 : draw.integer(classes),
    );
    return { network, inputs, targets, ...rest };
  });

/** Pre-activations of hidden layers near a kink, where a difference quotient straddles it. */
function nearKink({ network, inputs, targets }: RiskOptions): boolean {
  const passes = new Propagation(network, netInputs(network, inputs), targets);
  passes.forward();
  return passes.preactivations.slice(0, -1).some(({ data }) => data.some((u) => Math.abs(u) < 1e-3));
}

const evaluated = (options: RiskOptions): Risk => {
  const risk = new Risk(options);
  risk.evaluate();
  return risk;
};
const moved = (options: RiskOptions, theta: Float64Array): RiskOptions => ({
  ...options,
  network: atParameters(options.network, theta),
});

describe('the gradient of a homogeneous net', () => {
  it('is that of difference quotients, for every activation, depth, loss and number of outputs', () => {
    let checked = 0;
    fc.assert(
      fc.property(problem, (of) => {
        if (nearKink(of)) return;
        const theta = parametersOf(of.network);
        const force = evaluated(of).force();
        const h = 1e-5;
        for (let at = 0; at < theta.length; at++) {
          const [up, down] = [theta.slice(), theta.slice()];
          up[at]! += h;
          down[at]! -= h;
          const quotient = (evaluated(moved(of, down)).logLoss - evaluated(moved(of, up)).logLoss) / (2 * h);
          // Central differences err by h²|f‴|/6, and by rounding 1e-16/h; f‴ of small nets reaches 1e4 times their slope.
          expect(Math.abs(force[at]! - quotient)).toBeLessThanOrEqual(2e-6 * (1 + norm(force)) ** 3);
          checked++;
        }
      }),
      runs(150),
    );
    expect(checked).toBeGreaterThan(500);
  });

  it('sums the gradients of the samples, whose sizes need not be formed', () => {
    fc.assert(
      fc.property(problem, ({ network, inputs, targets }) => {
        const passes = new Propagation(network, netInputs(network, inputs), targets);
        passes.forward();
        passes.backward();
        const all = passes.gradients();
        const sizes = passes.gradientSizes(new Float64Array(inputs.rows));
        const weights = Float64Array.from({ length: inputs.rows }, (_, i) => (i % 3) - 0.5);
        const sum = new Float64Array(all.columns);
        const expected = new Float64Array(all.columns);
        passes.addGradient(weights, sum);
        for (let i = 0; i < inputs.rows; i++) {
          const gradient = row(all, i);
          const size = dot(gradient, gradient);
          expect(Math.abs(sizes[i]! - size)).toBeLessThanOrEqual(1e-11 * (1 + size));
          gradient.forEach((value, at) => (expected[at]! += weights[i]! * value));
        }
        const scale = 1 + norm(expected);
        sum.forEach((value, at) =>
          expect(Math.abs(value - expected[at]!)).toBeLessThanOrEqual(1e-11 * scale),
        );
      }),
      runs(100),
    );
  });

  it('is the same through the kernels, where nets are large, as sample by sample', () => {
    const random = Random.of('large');
    const [n, d] = [70, 33];
    const inputs = matrix(n, d, random.stream('inputs').gaussians(new Float64Array(n * d)));
    const targets = Array.from({ length: n }, (_, i) => i % 5);
    const network = gaussianNet({ widths: [d, 65, 40, 5], bias: true }, random.stream('net'));
    const all = { network, inputs, targets, loss: logisticLog };
    const whole = evaluated(all);
    const force = whole.force();
    const sum = new Float64Array(force.length);
    for (let i = 0; i < n; i++) {
      const one = evaluated({ ...all, inputs: matrix(1, d, row(inputs, i)), targets: [targets[i]!] });
      expect(one.propagation.margins[0]).toBe(whole.propagation.margins[i]);
      const share = Math.exp(one.logLoss - whole.logLoss);
      one.force().forEach((value, at) => (sum[at]! += share * value));
    }
    force.forEach((value, at) => expect(Math.abs(value - sum[at]!)).toBeLessThan(1e-12 * norm(force)));
  });

  it('obeys Euler: ⟨θ, ∇q⟩ = L q, and f(cθ) = c^L f(θ), whatever is frozen', () => {
    fc.assert(
      fc.property(problem, fc.constantFrom(0.5, 2), (of, factor) => {
        const { network, inputs, targets } = of;
        const degree = degreeOfHomogeneity(network);
        const theta = parametersOf(network);
        const passes = new Propagation(network, netInputs(network, inputs), targets);
        passes.forward();
        passes.backward();
        const scores = passes.preactivations.at(-1)!;
        const scaled = new Propagation(
          atParameters(
            network,
            theta.map((value) => factor * value),
          ),
          netInputs(network, inputs),
          targets,
        );
        scaled.forward();
        // Powers of two scale without rounding, all but the pReLU's root.
        scaled.preactivations.at(-1)!.data.forEach((value, at) => {
          const wanted = factor ** degree * scores.data[at]!;
          expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-13 * Math.abs(wanted));
        });
        if (scores.columns > 1) return;
        const all = passes.gradients();
        for (let i = 0; i < inputs.rows; i++) {
          const gradient = row(all, i);
          const scale = norm(theta) * norm(gradient);
          expect(Math.abs(dot(theta, gradient) - degree * passes.margins[i]!)).toBeLessThanOrEqual(
            1e-12 * scale,
          );
        }
      }),
      runs(150),
    );
  });

  it('is that of automatic differentiation: cross-entropy on three layers, and a pReLU net', async () => {
    vi.stubEnv('MARGINALIA_TFJS_BACKEND', 'wasm');
    try {
      const random = Random.of('autodiff');
      const inputs = matrix(12, 5, random.stream('inputs').gaussians(new Float64Array(60)));
      const shaped = ({ rows, columns, data }: Matrix) => ({ shape: [rows, columns], data });
      const deep = gaussianNet({ widths: [5, 6, 4, 3] }, random.stream('deep'));
      const classes = Array.from({ length: 12 }, (_, i) => i % 3);
      const [first, second, third] = deep.weights.map(shaped) as [Shaped, Shaped, Shaped];
      const crossEntropy = await gradientByAutodiff({ first, second, third }, (tf, w) => {
        let h = tf.tensor2d(Float32Array.from(inputs.data), [12, 5]);
        for (const weights of [w.first, w.second]) h = tf.relu(tf.matMul(h, tf.transpose(weights)));
        const scores = tf.logSoftmax(tf.matMul(h, tf.transpose(w.third)));
        return tf.neg(tf.sum(tf.mul(scores, tf.oneHot(tf.tensor1d(classes, 'int32'), 3))));
      });
      expect(
        deviation({ network: deep, inputs, targets: classes, loss: logisticLog }, crossEntropy),
      ).toBeLessThan(single);

      const bent = gaussianNet({ widths: [5, 6, 1], activation: prelu(2) }, random.stream('bent'));
      const labels = Array.from({ length: 12 }, (_, i) => (i % 2) * 2 - 1);
      const [inner, outer] = bent.weights.map(shaped) as [Shaped, Shaped];
      const exponential = await gradientByAutodiff({ inner, outer }, (tf, w) => {
        const x = tf.tensor2d(Float32Array.from(inputs.data), [12, 5]);
        const squares = tf.square(tf.relu(tf.matMul(x, tf.transpose(w.inner))));
        const sizes = tf.sqrt(tf.sum(tf.square(w.inner), 1));
        const f = tf.reshape(tf.matMul(tf.div(squares, sizes), tf.transpose(w.outer)), [12]);
        return tf.sum(tf.exp(tf.neg(tf.mul(f, tf.tensor1d(labels)))));
      });
      expect(
        deviation({ network: bent, inputs, targets: labels, loss: exponentialLog }, exponential),
      ).toBeLessThan(single);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

interface Shaped {
  readonly shape: number[];
  readonly data: Float64Array;
}

/** float32 carries 6e-8, and its sums lose two digits at most. */
const single = 1e-5;

/** Largest difference of loss and force from theirs, relative to the loss and to the size of the force. */
function deviation(
  of: RiskOptions,
  { loss, gradients }: { loss: number; gradients: Readonly<Record<string, { data: Float64Array }>> },
): number {
  const risk = evaluated(of);
  const theirs = Object.values(gradients).flatMap(({ data }) => Array.from(data, (value) => -value / loss));
  const ours = risk.force();
  if (theirs.length !== ours.length) return Infinity;
  const differences = theirs.map((value, at) => Math.abs(value - ours[at]!) / norm(ours));
  return Math.max(Math.abs(Math.exp(risk.logLoss) / loss - 1), ...differences);
}

describe('losses by their logarithms', () => {
  it('are the losses, where those can be computed', () => {
    fc.assert(
      fc.property(real(25), (q) => {
        expect(Math.abs(Math.exp(logisticLog.logValue(q)) / logistic.value(q) - 1)).toBeLessThan(1e-13);
        expect(Math.abs(Math.exp(logisticLog.logSlope(q)) / logistic.slope(q) - 1)).toBeLessThan(1e-13);
        expect(Math.exp(exponentialLog.logValue(q)) * Math.exp(q)).toBeCloseTo(1, 12);
      }),
      runs(200),
    );
  });

  it('join without a seam, and go on where a loss underflows', () => {
    for (const q of [30 - 1e-9, 30, 30 + 1e-9]) expect(logisticLog.logValue(q)).toBeCloseTo(-q, 12);
    for (const q of [800, 1e5, 1e12]) {
      expect(logisticLog.logValue(q)).toBe(-q);
      expect(logisticLog.logSlope(q)).toBe(-q);
      expect(logisticLog.logSlope(-q)).toBeCloseTo(0, 12);
      expect(Math.exp(logisticLog.logValue(-q)) / q).toBeCloseTo(1, 9);
    }
  });

  it('add up by their logarithms', () => {
    expect(logAddExp(-Infinity, -Infinity)).toBe(-Infinity);
    expect(logAddExp(-2000, -Infinity)).toBe(-2000);
    expect(logAddExp(-2000, -2000)).toBeCloseTo(-2000 + Math.LN2, 12);
    expect(logSumExp(Float64Array.of(-3000, -3000, -3001))).toBeCloseTo(
      -3000 + Math.log(2 + Math.exp(-1)),
      12,
    );
    expect(logSumExp(Float64Array.of())).toBe(-Infinity);
    expect(logSumExp(Float64Array.of(1, Number.NaN))).toBeNaN();
  });
});

const random = Random.of('separable');
const samples = 14;
/** Two Gaussian clouds, one unit apart from the plane between them. */
const cloud = ((): { inputs: Matrix; targets: Int8Array } => {
  const inputs = matrix(samples, 3, random.stream('cloud').gaussians(new Float64Array(3 * samples)));
  const targets = Int8Array.from({ length: samples }, (_, i) => (i % 2 === 0 ? 1 : -1));
  for (let i = 0; i < samples; i++) inputs.data[3 * i] = targets[i]! * (1 + Math.abs(inputs.data[3 * i]!));
  return { inputs, targets };
})();
/** The same with one point relabelled, beyond the other class: no direction fits, and a long step is punished. */
const mixed = {
  inputs: matrix(
    samples,
    3,
    cloud.inputs.data.map((value, at) => (at < 3 ? 5 * value : value)),
  ),
  targets: cloud.targets.map((label, i) => (i === 0 ? -label : label)),
};
const linear = homogeneous({ weights: [matrix(1, 3, Float64Array.of(0.3, -0.2, 0.1))] });
const twoLayers = gaussianNet({ widths: [3, 6, 1] }, random.stream('two layers'));

describe('train', () => {
  it('follows descend to rounding: outputs frozen or trained, with biases', () => {
    const start = gaussianLayer(6, 3, { weightDeviation: 0.5, biasDeviation: 0.5 }, random.stream('start'));
    const outputs = balancedOutputs(3);
    const objective = binaryObjective(logistic, outputs, cloud.targets);
    const weights = matrix(6, 4);
    for (let r = 0; r < 6; r++) {
      row(weights, r).set(row(start.weights, r));
      weights.data[4 * r + 3] = start.biases[r]!;
    }
    for (const trainOutputs of [false, true]) {
      const theirs = descend({
        start,
        ...cloud,
        objective,
        stepSize: 0.2,
        steps: 200,
        trainOutputs,
        form: 'plain',
      });
      const ours = train({
        network: homogeneous({
          weights: [weights, matrix(1, 6, outputs)],
          bias: true,
          frozen: trainOutputs ? [] : [1],
        }),
        ...cloud,
        loss: logisticLog,
        reduction: 'mean',
        rule: { kind: 'constant', stepSize: 0.2 },
        steps: 200,
      });
      expect(ours.ending).toEqual(theirs.ending);
      ours.margins.forEach((q, i) => expect(Math.abs(q - theirs.margins[i]!)).toBeLessThan(1e-11));
      expect(Math.exp(ours.logLoss)).toBeCloseTo(theirs.loss, 12);
      expect(ours.logTime).toBeCloseTo(Math.log(200 * 0.2), 12);
    }
  });

  /** Every rule once more, as its paper writes it, on a linear net: w ∈ R³, 𝓛 = Σ e^{−y⟨w, x⟩}. */
  const written: readonly (readonly [
    StepRule,
    (w: number[], g: number[], L: number, v: number[], t: number) => void,
  ])[] = [
    [{ kind: 'constant', stepSize: 0.02 }, (w, g) => w.forEach((_, i) => (w[i]! -= 0.02 * g[i]!))],
    [
      { kind: 'normalised', stepSize: 0.1, by: 'norm', schedule: 'inverse-root' },
      (w, g, _, __, t) =>
        w.forEach((___, i) => (w[i]! -= ((0.1 / Math.sqrt(t + 1)) * g[i]!) / Math.hypot(...g))),
    ],
    [
      { kind: 'normalised', stepSize: 0.1, by: 'loss', schedule: 'constant' },
      (w, g, L) => w.forEach((_, i) => (w[i]! -= (0.1 * g[i]!) / L)),
    ],
    [
      { kind: 'momentum', stepSize: 0.005, momentum: 0.9 },
      (w, g, _, v) => w.forEach((__, i) => (w[i]! += v[i] = 0.9 * v[i]! - 0.005 * g[i]!)),
    ],
    [
      { kind: 'dual-acceleration', stepSize: 0.02 },
      (w, g, L, v, t) =>
        w.forEach((_, i) => {
          v[i] = (t / (t + 1)) * (v[i]! - g[i]! / L);
          w[i]! += 0.02 * (v[i] - g[i]! / L);
        }),
    ],
    [
      { kind: 'steepest', norm: 'linf', stepSize: 0.1, schedule: 'constant', scaled: false },
      (w, g) => w.forEach((_, i) => (w[i]! -= 0.1 * Math.sign(g[i]!))),
    ],
    [
      { kind: 'steepest', norm: 'linf', stepSize: 0.005, schedule: 'constant', scaled: true },
      (w, g) => {
        const size = g.reduce((sum, value) => sum + Math.abs(value), 0);
        w.forEach((_, i) => (w[i]! -= 0.005 * size * Math.sign(g[i]!)));
      },
    ],
    [
      { kind: 'steepest', norm: 'l1', stepSize: 0.02, schedule: 'constant', scaled: true },
      (w, g) => {
        const best = g.map(Math.abs).indexOf(Math.max(...g.map(Math.abs)));
        w[best]! -= 0.02 * g[best]!;
      },
    ],
  ];

  it.each(written)('takes the steps of %j as written', (rule, step) => {
    const w = Array.from(linear.weights[0]!.data);
    const v = [0, 0, 0];
    for (let t = 0; t < 60; t++) {
      const g = [0, 0, 0];
      let loss = 0;
      for (let i = 0; i < samples; i++) {
        const x = row(cloud.inputs, i);
        const each = Math.exp(-cloud.targets[i]! * x.reduce((sum, value, l) => sum + value * w[l]!, 0));
        loss += each;
        g.forEach((_, l) => (g[l]! -= each * cloud.targets[i]! * x[l]!));
      }
      step(w, g, loss, v, t);
    }
    const { network } = train({ network: linear, ...cloud, loss: exponentialLog, rule, steps: 60 });
    const size = Math.hypot(...w);
    network.weights[0]!.data.forEach((value, l) => expect(Math.abs(value - w[l]!)).toBeLessThan(1e-9 * size));
  });

  it('takes Nesterov’s gradients at the point looked ahead to', () => {
    const rule: StepRule = { kind: 'nesterov', stepSize: 0.005, momentum: 0.9 };
    const { network } = train({ network: linear, ...cloud, loss: exponentialLog, rule, steps: 40 });
    // The textbook: v ← μv − η∇𝓛(x + μv), x ← x + v; the trainer’s θ is x + μv.
    const x = Array.from(linear.weights[0]!.data);
    const v = [0, 0, 0];
    for (let t = 0; t < 40; t++) {
      const ahead = Float64Array.from(x, (value, l) => value + 0.9 * v[l]!);
      const at = evaluated({
        network: homogeneous({ weights: [matrix(1, 3, ahead)] }),
        ...cloud,
        loss: exponentialLog,
      });
      const force = at.force();
      for (let l = 0; l < 3; l++) {
        v[l] = 0.9 * v[l]! + 0.005 * Math.exp(at.logLoss) * force[l]!;
        x[l]! += v[l]!;
      }
    }
    network.weights[0]!.data.forEach((value, l) => expect(value).toBeCloseTo(x[l]! + 0.9 * v[l]!, 11));
  });

  const losses: TrainingProbe<readonly number[]> = {
    start: [],
    fold: (seen, { logLoss }) => [...seen, logLoss],
  };

  const rises: TrainingProbe<{ last: number; rises: number; seen: number }> = {
    start: { last: Infinity, rises: 0, seen: 0 },
    fold: (before, { logLoss }) => ({
      last: logLoss,
      rises: before.rises + (logLoss > before.last ? 1 : 0),
      seen: before.seen + 1,
    }),
  };

  /** log of the least positive float64, 2^−1074. */
  const leastLog = -1074 * Math.LN2;

  it('reaches losses far below the least number by the loss-based step, which never raises the loss', () => {
    const options = { network: twoLayers, ...cloud, loss: exponentialLog, steps: 20_000 };
    const { folded, logLoss, logTime, ending, steps, rejected } = train({
      ...options,
      rule: { ...publishedScheduler, cap: 0.3 },
      probe: rises,
      until: (moment) => moment.logLoss < leastLog,
    });
    expect(ending.kind).toBe('fitted');
    expect(logLoss).toBeLessThan(leastLog);
    expect(logTime).toBeGreaterThan(-leastLog - 30);
    expect(Number.isFinite(logTime)).toBe(true);
    expect(folded).toMatchObject({ rises: 0 });
    expect(folded.seen).toBe(steps - rejected + 1);
    // Without the cap every longer step along the ray lowers the loss, and α doubles every five steps.
    const uncapped = train({ ...options, rule: publishedScheduler, steps: 500 });
    expect(uncapped.logLoss).toBeLessThan(-1e9);
  });

  it('takes a round back whole, and counts its gradients', () => {
    const rule = { ...publishedScheduler, start: 1e6, round: 3 };
    const seen = train({ network: linear, ...mixed, loss: exponentialLog, rule, steps: 30, probe: losses });
    expect(seen.rejected).toBe(10);
    expect(seen.steps).toBe(30);
    expect(seen.folded).toHaveLength(1);
    expect(seen.network.weights[0]!.data).toEqual(linear.weights[0]!.data);
    expect(seen.logTime).toBe(-Infinity);
  });

  it('passes over every sample once an epoch, the same way for the same key', () => {
    const options = {
      network: twoLayers,
      ...cloud,
      loss: logisticLog,
      rule: { kind: 'constant', stepSize: 0.05 } as const,
      batches: { size: 4 },
      steps: 12,
      probe: losses,
    };
    const [one, again, other] = ['a', 'a', 'b'].map((key) => train({ ...options, random: Random.of(key) }));
    // 14 samples are four batches: three epochs and the start.
    expect(one!.folded).toHaveLength(4);
    expect(again!.network.weights).toEqual(one!.network.weights);
    expect(other!.network.weights).not.toEqual(one!.network.weights);
    const whole = train({ ...options, batches: { size: samples }, random: Random.of('a') });
    const { batches: _, ...unbatched } = options;
    const full = train(unbatched);
    whole.margins.forEach((q, i) => expect(q).toBeCloseTo(full.margins[i]!, 12));
    // A linear net under one epoch of steps so small that they commute: each sample pulls once.
    const tiny = { kind: 'constant', stepSize: 1e-9 } as const;
    const after = (batches?: { size: number }) =>
      train({
        network: linear,
        ...cloud,
        loss: exponentialLog,
        rule: tiny,
        steps: batches ? 4 : 1,
        random,
        ...(batches && { batches }),
      }).network.weights[0]!.data;
    const start = linear.weights[0]!.data;
    after({ size: 4 }).forEach((value, l) =>
      expect((value - start[l]!) / (after()[l]! - start[l]!)).toBeCloseTo(1, 5),
    );
  });

  it('comes to rest where decay balances the data: κ‖θ‖² = Σ |ℓ′(q)| q', () => {
    const decay = 0.05;
    const rule = { kind: 'constant', stepSize: 0.05 } as const;
    const { network, margins } = train({
      network: linear,
      ...cloud,
      loss: logisticLog,
      rule,
      decay,
      steps: 4000,
    });
    const w = network.weights[0]!.data;
    const pulled = margins.reduce((sum, q) => sum + logistic.slope(q) * q, 0);
    expect(decay * dot(w, w)).toBeCloseTo(pulled, 10);
  });

  it('says how it ended', () => {
    const options = { network: linear, ...cloud, loss: exponentialLog, steps: 50 };
    expect(train({ ...options, ...mixed, rule: { kind: 'constant', stepSize: 1e3 } }).ending).toMatchObject({
      kind: 'diverged',
    });
    const wrong = homogeneous({ weights: [matrix(1, 3, Float64Array.of(-5, 0, 0))] });
    expect(train({ ...options, network: wrong, rule: { kind: 'constant', stepSize: 1e-9 } }).ending).toEqual({
      kind: 'out-of-steps',
      unfitted: samples,
    });
    const step = train({ ...options, rule: { kind: 'constant', stepSize: 0.02 } });
    expect(step.ending).toMatchObject({ kind: 'fitted' });
    const spoilt: Homogeneous = homogeneous({ weights: [matrix(1, 3, Float64Array.of(Number.NaN, 0, 0))] });
    expect(train({ ...options, network: spoilt, rule: publishedScheduler }).ending).toEqual({
      kind: 'diverged',
      step: 0,
    });
  });

  it.each<readonly [string, () => unknown]>([
    [
      'steps T',
      () => train({ network: linear, ...cloud, loss: exponentialLog, rule: publishedScheduler, steps: -1 }),
    ],
    [
      'step size',
      () =>
        train({
          network: linear,
          ...cloud,
          loss: exponentialLog,
          rule: { kind: 'constant', stepSize: 0 },
          steps: 1,
        }),
    ],
    [
      'momentum',
      () =>
        train({
          network: linear,
          ...cloud,
          loss: exponentialLog,
          rule: { kind: 'momentum', stepSize: 1, momentum: 1 },
          steps: 1,
        }),
    ],
    [
      'shrinkage',
      () =>
        train({
          network: linear,
          ...cloud,
          loss: exponentialLog,
          rule: { ...publishedScheduler, shrink: 1 },
          steps: 1,
        }),
    ],
    [
      'random stream',
      () =>
        train({
          network: linear,
          ...cloud,
          loss: exponentialLog,
          rule: publishedScheduler,
          steps: 1,
          batches: { size: 2 },
        }),
    ],
    [
      'a batch of 1',
      () =>
        train({
          network: linear,
          ...cloud,
          loss: exponentialLog,
          rule: publishedScheduler,
          steps: 1,
          batches: { size: 0 },
          random,
        }),
    ],
    [
      'labels',
      () =>
        train({
          network: linear,
          ...cloud,
          targets: new Int8Array(samples),
          loss: exponentialLog,
          rule: publishedScheduler,
          steps: 1,
        }),
    ],
    [
      'dimension 3',
      () =>
        train({
          network: linear,
          ...cloud,
          inputs: matrix(samples, 2),
          loss: exponentialLog,
          rule: publishedScheduler,
          steps: 1,
        }),
    ],
    ['one that is trained', () => homogeneous({ weights: [matrix(1, 3)], frozen: [0] })],
    ['as wide as', () => homogeneous({ weights: [matrix(2, 3), matrix(1, 3)] })],
    ['whole power', () => gaussianNet({ widths: [2, 1], activation: reluPower(1.5) }, random)],
    ['leaky slope', () => gaussianNet({ widths: [2, 1], activation: leaky(1) }, random)],
    ['widths', () => gaussianNet({ widths: [2] }, random)],
  ])('refuses what cannot be, naming the %s', (said, act) => {
    expect(act).toThrow(BadInput);
    expect(act).toThrow(said);
  });
});
