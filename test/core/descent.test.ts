import {
  addProduct,
  BadInput,
  balancedOutputs,
  binaryObjective,
  descend,
  cheapestForm,
  forms,
  dot,
  logistic,
  matrix,
  multiClassObjective,
  preactivations,
  sampleKernel,
  snapshots,
  type Layer,
  type Matrix,
  type Objective,
  type Probe,
} from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem, type Problem } from '../arbitraries/problem.js';
import { runs } from '../arbitraries/runs.js';

const difference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((top, value, at) => Math.max(top, Math.abs(value - b[at]!)), 0);

/** θ_{t+1} = θ_t − η ∇L(θ_t) by the definition, one weight after the other. */
function naiveStep(layer: Layer, { inputs, objective, stepSize }: Problem): Layer {
  const n = inputs.rows;
  const width = layer.biases.length;
  const signals = new Float64Array(width * n);
  objective.backward(preactivations(layer, inputs).data, signals, new Float64Array(n));
  const weights = layer.weights.data.slice();
  const biases = layer.biases.slice();
  for (let r = 0; r < width; r++) {
    for (let i = 0; i < n; i++) {
      const step = (stepSize / n) * signals[r * n + i]!;
      biases[r]! += step;
      for (let l = 0; l < inputs.columns; l++) {
        weights[r * inputs.columns + l]! += step * inputs.data[i * inputs.columns + l]!;
      }
    }
  }
  return { weights: matrix(width, inputs.columns, weights), biases };
}

/** The coefficients that the backward passes of a trajectory add up to, C (M × n), by an independent walk. */
function* walk(
  of: Problem,
): Generator<{ layer: Layer; signals: Float64Array; loss: number; margins: Float64Array }> {
  let layer = of.start;
  const n = of.inputs.rows;
  for (;;) {
    const signals = new Float64Array(of.objective.width * n);
    const margins = new Float64Array(n);
    const loss = of.objective.backward(preactivations(layer, of.inputs).data, signals, margins);
    yield { layer, signals, loss, margins };
    layer = naiveStep(layer, of);
  }
}

/** A step at which some pre-activation is so near its kink that rounding decides: forms may then part by η/n. */
const nearKink = (p: Float64Array): boolean => p.some((value) => Math.abs(value) < 1e-9);

describe.each(['binary', 'multi-class'] as const)('gradient descent on the %s objective', (kind) => {
  it.each(['gram', 'factored'] as const)(
    'is the same in the %s form as in the plain one, to 1e-10 a step, also for n > d',
    (other) => {
      let beyond = 0;
      fc.assert(
        fc.property(problem(kind), (of) => {
          const path: Float64Array[][] = [[], []];
          const ends = (['plain', other] as const).map((form, which) => {
            const keep: Probe<null> = {
              start: null,
              fold: (_, { preactivations: p }) => {
                path[which]!.push(p.slice());
                return null;
              },
            };
            return descend({ ...of, form, probes: { keep } });
          });
          if (of.inputs.rows > of.inputs.columns) beyond++;
          expect(path[0]!.length).toBe(path[1]!.length);
          for (let t = 0; t < path[0]!.length; t++) {
            expect(difference(path[0]![t]!, path[1]![t]!)).toBeLessThanOrEqual(1e-10 * (t + 1));
            if (nearKink(path[0]![t]!)) return;
          }
          const [plain, gramForm] = ends;
          expect(gramForm!.ending).toEqual(plain!.ending);
          expect(difference(plain!.layer.weights.data, gramForm!.layer.weights.data)).toBeLessThanOrEqual(
            1e-10 * (of.steps + 1),
          );
          expect(difference(plain!.layer.biases, gramForm!.layer.biases)).toBeLessThanOrEqual(
            1e-10 * (of.steps + 1),
          );
        }),
        runs(150),
      );
      expect(beyond).toBeGreaterThan(10);
    },
  );

  it('takes the steps of the definition', () => {
    fc.assert(
      fc.property(problem(kind), (of) => {
        for (const form of forms) {
          const found = descend({ ...of, steps: 3, form });
          if (found.ending.kind === 'diverged') continue;
          let layer = of.start;
          let kinked = false;
          for (let t = 0; t < 3; t++) {
            kinked ||= nearKink(preactivations(layer, of.inputs).data);
            layer = naiveStep(layer, of);
          }
          if (kinked) continue;
          expect(difference(found.layer.weights.data, layer.weights.data)).toBeLessThanOrEqual(1e-11);
          expect(difference(found.layer.biases, layer.biases)).toBeLessThanOrEqual(1e-11);
        }
      }),
      runs(60),
    );
  });

  it('leaves its start alone, takes a kernel or makes it, and picks the cheaper form by the counts', () => {
    fc.assert(
      fc.property(problem(kind), (of) => {
        const before = of.start.weights.data.slice();
        const own = descend({ ...of, form: 'gram' });
        expect(of.start.weights.data).toEqual(before);
        const given = descend({ ...of, form: 'gram', kernel: sampleKernel(of.inputs, 'formed') });
        expect(given.layer).toEqual(own.layer);
        const { objective, inputs, steps } = of;
        const size = { samples: inputs.rows, entries: inputs.columns, width: objective.width, steps };
        expect(descend(of).form).toBe(cheapestForm({ ...size, blocks: objective.blockCount }));
      }),
      runs(30),
    );
  });

  it('has the end that its last moment shows, and probes that fold every moment once', () => {
    fc.assert(
      fc.property(problem(kind), (of) => {
        const steps: Probe<readonly number[]> = { start: [], fold: (seen, { step }) => [...seen, step] };
        const last: Probe<{ loss: number; margins: readonly number[]; weights: readonly number[] } | null> = {
          start: null,
          fold: (_, moment) => ({
            loss: moment.loss,
            margins: [...moment.margins],
            weights: [...moment.weights()],
          }),
        };
        const early = snapshots([0, 2], ({ step, loss }) => [step, loss] as const);
        const end = descend({ ...of, probes: { steps, last, early } });
        if (end.ending.kind === 'diverged') return;
        expect(end.folded.steps).toEqual(Array.from({ length: of.steps + 1 }, (_, t) => t));
        expect(end.folded.last!.loss).toBe(end.loss);
        expect(end.folded.last!.margins).toEqual([...end.margins]);
        expect(end.folded.last!.weights).toEqual([...end.layer.weights.data]);
        expect(end.folded.early.map(([step]) => step)).toEqual(of.steps >= 2 ? [0, 2] : [0]);
      }),
      runs(60),
    );
  });

  it('keeps 1.2(1) and (2): W_t = W_0 + C_t X and b_t = b_0 + C_t 1, so b moves by the sum of coefficients', () => {
    fc.assert(
      fc.property(problem(kind), (of) => {
        const { inputs, start, stepSize } = of;
        const n = inputs.rows;
        const width = start.biases.length;
        const coefficients = matrix(width, n);
        let t = 0;
        for (const { layer, signals } of walk(of)) {
          const explained = matrix(width, inputs.columns, start.weights.data.slice());
          addProduct(explained, coefficients, inputs);
          expect(difference(explained.data, layer.weights.data)).toBeLessThanOrEqual(1e-12 * (t + 1));
          layer.biases.forEach((bias, r) => {
            const sum = coefficients.data.subarray(r * n, (r + 1) * n).reduce((a, b) => a + b, 0);
            expect(Math.abs(bias - start.biases[r]! - sum)).toBeLessThanOrEqual(1e-12 * (t + 1));
          });
          if (t++ === of.steps) break;
          signals.forEach((signal, at) => (coefficients.data[at]! += (stepSize / n) * signal));
        }
        // And the library's own trajectory ends there.
        const end = descend({ ...of, form: 'gram' });
        if (end.ending.kind === 'diverged') return;
        const sums = start.biases.map((bias, r) => {
          let sum = bias;
          for (let i = 0; i < n; i++) sum += coefficients.data[r * n + i]!;
          return sum;
        });
        expect(difference(end.layer.biases, sums)).toBeLessThanOrEqual(1e-9);
      }),
      runs(60),
    );
  });

  it('keeps 1.2(3): coefficients move in their own direction only, by at most η/(mn) a step', () => {
    fc.assert(
      fc.property(problem(kind), (of) => {
        const n = of.inputs.rows;
        let t = 0;
        for (const { signals } of walk(of)) {
          signals.forEach((signal, at) => {
            expect(signal * of.sign(Math.floor(at / n), at % n)).toBeGreaterThanOrEqual(0);
            expect(Math.abs(signal)).toBeLessThanOrEqual(of.weight * (1 + 1e-12));
          });
          if (t++ === of.steps) break;
        }
      }),
      runs(60),
    );
  });

  it('keeps 1.2(4), Euler: ⟨θ, −∇L⟩ = (1/n) Σ of what the loss pulls at each score, times the score', () => {
    fc.assert(
      fc.property(problem(kind), (of) => {
        const { objective, inputs } = of;
        const { samples: n, width, kind: shape } = objective;
        let t = 0;
        for (const { layer, signals, margins } of walk(of)) {
          // Left side from θ and the gradient by weights.
          const gradient = matrix(width, inputs.columns);
          addProduct(gradient, matrix(width, n, signals), inputs);
          const push = layer.biases.map((_, r) =>
            signals.subarray(r * n, (r + 1) * n).reduce((a, b) => a + b, 0),
          );
          const left = (dot(layer.weights.data, gradient.data) + dot(layer.biases, push)) / n;
          // Right side from the scores alone.
          const p = preactivations(layer, inputs).data;
          let right = 0;
          for (let i = 0; i < n; i++) {
            if (shape.kind === 'binary') right += (logistic.slope(margins[i]!) * margins[i]!) / n;
            else {
              const scores = Array.from({ length: shape.classes }, (_, j) => {
                let sum = 0;
                for (let r = j * shape.size; r < (j + 1) * shape.size; r++) {
                  sum += Math.max(0, p[i * width + r]!);
                }
                return sum / shape.size;
              });
              const top = Math.max(...scores);
              const weights = scores.map((score) => Math.exp(score - top));
              const total = weights.reduce((a, b) => a + b, 0);
              right += scores[shape.targets[i]!]! / n;
              scores.forEach((score, j) => (right -= ((weights[j]! / total) * score) / n));
            }
          }
          expect(Math.abs(left - right)).toBeLessThanOrEqual(1e-11 * (1 + Math.abs(left)));
          if (t++ === Math.min(of.steps, 8)) break;
        }
      }),
      runs(60),
    );
  });
});

describe('the coefficients of clusters', () => {
  it('1.2(3, 5): grow from 0 upwards where the cluster is the neuron’s own, downwards elsewhere', () => {
    fc.assert(
      fc.property(problem('multi-class'), (of) => {
        const { kind: shape, width } = of.objective;
        if (shape.kind !== 'multi-class') throw new Error('a multi-class problem');
        const n = of.inputs.rows;
        const raw = matrix(width, shape.classes);
        let t = 0;
        for (const { signals } of walk(of)) {
          signals.forEach((signal, at) => {
            raw.data[Math.floor(at / n) * shape.classes + shape.targets[at % n]!]! += signal;
          });
          raw.data.forEach((value, at) => {
            const own = Math.floor(Math.floor(at / shape.classes) / shape.size) === at % shape.classes;
            if (own) expect(value).toBeGreaterThanOrEqual(0);
            else expect(value).toBeLessThanOrEqual(0);
          });
          if (t++ === of.steps) break;
        }
      }),
      runs(40),
    );
  });
});

describe('training ends', () => {
  const inputs: Matrix = matrix(2, 1, Float64Array.of(1, -1));
  const start: Layer = {
    weights: matrix(2, 1, Float64Array.of(-0.1, 0.1)),
    biases: Float64Array.of(0.3, 0.3),
  };
  const objective: Objective = binaryObjective(logistic, balancedOutputs(1), Int8Array.of(1, -1));

  it.each(forms)('fitted, from the step at which all margins stay positive (%s)', (form) => {
    const positive: Probe<readonly boolean[]> = {
      start: [],
      fold: (seen, { margins }) => [...seen, margins.every((margin) => margin > 0)],
    };
    const end = descend({ start, inputs, objective, stepSize: 0.5, steps: 50, form, probes: { positive } });
    const last = end.folded.positive.lastIndexOf(false);
    expect(end.ending).toEqual({ kind: 'fitted', step: last + 1 });
    expect(last).toBeGreaterThanOrEqual(0);
    expect(Math.min(...end.margins)).toBeGreaterThan(0);
  });

  it.each(forms)('out of steps, with the number of points on the wrong side (%s)', (form) => {
    const end = descend({ start, inputs, objective, stepSize: 1e-9, steps: 3, form });
    expect(end.ending).toEqual({ kind: 'out-of-steps', unfitted: 2 });
    // A dead net scores 0, which is not fitted.
    const dead = { weights: matrix(2, 1), biases: Float64Array.of(-1, -1) };
    expect(descend({ start: dead, inputs, objective, stepSize: 1, steps: 3, form }).ending).toEqual({
      kind: 'out-of-steps',
      unfitted: 2,
    });
  });

  it.each(forms)('diverged, at the step at which the loss has grown a hundredfold (%s)', (form) => {
    // Two equal points with opposite labels cannot be fitted; a step far beyond 2/H swings ever wider.
    const twins = matrix(2, 1, Float64Array.of(3, 3.1));
    const conflict = binaryObjective(logistic, balancedOutputs(1), Int8Array.of(1, -1));
    const loss: Probe<readonly number[]> = { start: [], fold: (seen, { loss }) => [...seen, loss] };
    const live = { weights: matrix(2, 1, Float64Array.of(1, 1)), biases: new Float64Array(2) };
    const end = descend({
      start: live,
      inputs: twins,
      objective: conflict,
      stepSize: 1e4,
      steps: 100,
      form,
      probes: { loss },
    });
    expect(end.ending.kind).toBe('diverged');
    if (end.ending.kind !== 'diverged') return;
    expect(end.folded.loss.length).toBe(end.ending.step);
    expect(end.loss).toBeGreaterThan(100 * end.folded.loss[0]!);
    for (const before of end.folded.loss) expect(before).toBeLessThanOrEqual(100 * end.folded.loss[0]!);
  });

  it.each([1e155, 1e300, 1.7e308])(
    'diverged, not fitted and not idle, when a step of %d overflows',
    (stepSize) => {
      for (const form of forms) {
        for (const kind of ['binary', 'multi-class'] as const) {
          const end = descend({
            start: { weights: matrix(2, 1, Float64Array.of(1, 1)), biases: Float64Array.of(1, 1) },
            inputs: matrix(3, 1, Float64Array.of(1e200, 2e200, -1e200)),
            objective:
              kind === 'binary'
                ? binaryObjective(logistic, balancedOutputs(1), Int8Array.of(1, -1, 1))
                : multiClassObjective(Int32Array.of(0, 1, 0), 2, 1),
            stepSize,
            steps: 5,
            form,
          });
          expect(end.ending.kind).toBe('diverged');
        }
      }
    },
  );

  it('diverged at once from a start that is not a number', () => {
    const broken = { weights: matrix(2, 1, Float64Array.of(Number.NaN, 1)), biases: new Float64Array(2) };
    for (const form of forms) {
      expect(descend({ start: broken, inputs, objective, stepSize: 1, steps: 3, form }).ending).toEqual({
        kind: 'diverged',
        step: 0,
      });
    }
  });

  it.each([0, -1, Number.NaN, Infinity])('before it starts for a step size of %d', (stepSize) => {
    expect(() => descend({ start, inputs, objective, stepSize, steps: 1 })).toThrow(BadInput);
    expect(() => descend({ start, inputs, objective, stepSize, steps: 1 })).toThrow(/step size η > 0/);
  });

  it.each([-1, 1.5, Number.NaN, Infinity])('before it starts for %d steps', (steps) => {
    expect(() => descend({ start, inputs, objective, stepSize: 1, steps })).toThrow(/whole number of steps/);
  });
});
