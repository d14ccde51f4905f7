import { adversarialDescent, l2, marginGradient, type Target } from '@marginalia/attack';
import {
  BadInput,
  balancedOutputs,
  binaryObjective,
  descend,
  gaussianLayer,
  logistic,
  matrix,
  Random,
  row,
  type Network,
} from '@marginalia/core';
import { describe, expect, it } from 'vitest';

const [n, d, m] = [20, 12, 3];
const random = Random.of('adversarial descent');
const inputs = matrix(n, d, random.stream('inputs').gaussians(new Float64Array(n * d)));
const labels = Int8Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1));
const outputs = balancedOutputs(m);
const start = gaussianLayer(2 * m, d, { weightDeviation: 0.3, biasDeviation: 0.2 }, random.stream('start'));
const common = { start, outputs, inputs, labels, stepSize: 0.2 };

/** δ_i of the inner search as the paper writes it: in R^d, by the gradient of y f, projected into the ball. */
function displacement(network: Network, i: number, radius: number, steps: number): Float64Array {
  const target: Target = { network, input: row(inputs, i), label: labels[i]!, ambient: d };
  const delta = new Float64Array(d);
  const gradient = new Float64Array(d);
  for (let step = 0; step < steps; step++) {
    marginGradient(target, delta, gradient);
    if (l2.size(gradient) === 0) break;
    l2.steepest(gradient);
    for (let l = 0; l < d; l++) delta[l]! -= ((2.5 * radius) / steps) * gradient[l]!;
    l2.project(delta, radius);
  }
  return delta;
}

describe('adversarial training', () => {
  it('at ε = 0 is ordinary descent', () => {
    const found = adversarialDescent({ ...common, steps: 30, radius: 0, attackSteps: 5 });
    const plain = descend({
      start,
      inputs,
      objective: binaryObjective(logistic, outputs, labels),
      stepSize: 0.2,
      steps: 30,
      form: 'plain',
    });
    found.layer.weights.data.forEach((value, at) =>
      expect(value).toBeCloseTo(plain.layer.weights.data[at]!, 12),
    );
    found.layer.biases.forEach((value, r) => expect(value).toBeCloseTo(plain.layer.biases[r]!, 12));
    expect(found.loss).toBeCloseTo(plain.loss, 12);
    expect(found.passes).toBe(30);
  });

  it('takes the steps of descent on displaced points, displaced in full space', () => {
    const [radius, attackSteps, steps] = [0.7, 4, 12];
    const found = adversarialDescent({ ...common, steps, radius, attackSteps });
    let layer = start;
    for (let step = 0; step < steps; step++) {
      const network: Network = { ...layer, readout: { kind: 'linear', outputs } };
      const displaced = matrix(n, d);
      for (let i = 0; i < n; i++) {
        const delta = displacement(network, i, radius, attackSteps);
        row(displaced, i).set(row(inputs, i).map((value, l) => value + delta[l]!));
      }
      ({ layer } = descend({
        start: layer,
        inputs: displaced,
        objective: binaryObjective(logistic, outputs, labels),
        stepSize: 0.2,
        steps: 1,
        form: 'plain',
      }));
    }
    found.layer.weights.data.forEach((value, at) => expect(value).toBeCloseTo(layer.weights.data[at]!, 10));
    expect(found.passes).toBe(steps * (1 + attackSteps));
    found.margins.forEach((margin, i) => {
      expect(found.attackedMargins[i]).toBeLessThanOrEqual(margin + 1e-12);
    });
  });

  it('with a warm-up begins as ordinary descent does', () => {
    const options = { ...common, steps: 1, attackSteps: 5 };
    const warmed = adversarialDescent({ ...options, radius: 1, warmUp: 10 });
    const plain = adversarialDescent({ ...options, radius: 0 });
    expect(warmed.layer.weights.data).toEqual(plain.layer.weights.data);
    const cold = adversarialDescent({ ...options, radius: 1 });
    expect(cold.layer.weights.data).not.toEqual(plain.layer.weights.data);
  });

  it.each([
    [{ radius: -1 }, /radius/],
    [{ radius: Number.NaN }, /radius/],
    [{ radius: Infinity }, /radius/],
    [{ stepSize: 0 }, /step size/],
    [{ steps: 1.5 }, /steps/],
    [{ attackSteps: -1 }, /attackSteps/],
  ])('refuses %o', (wrong, said) => {
    const options = { ...common, steps: 2, radius: 1, attackSteps: 2, ...wrong };
    expect(() => adversarialDescent(options)).toThrow(BadInput);
    expect(() => adversarialDescent(options)).toThrow(said);
  });
});
