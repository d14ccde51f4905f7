import { BadInput, dot, gaussianLayer, matrix, Random, row, sampleKernel } from '@marginalia/core';
import { describe, expect, it } from 'vitest';
import { stationarity, trainLate, type LateNet } from '../../sweeps/src/late-training.js';

const [n, d, m] = [24, 60, 4];
const random = Random.of('late training');
const inputs = matrix(n, d, random.stream('inputs').gaussians(new Float64Array(n * d)));
const labels = Int8Array.from({ length: n }, (_, i) => (i < n / 2 ? 1 : -1));
// Two clusters, ten deviations apart along the first axis.
labels.forEach((label, i) => (row(inputs, i)[0] = 5 * label));
const start = gaussianLayer(2 * m, d, { weightDeviation: 1e-3, biasDeviation: 0 }, random.stream('start'));
const outputs = Float64Array.from({ length: 2 * m }, (_, r) => {
  const size = Math.sqrt(dot(row(start.weights, r), row(start.weights, r)));
  return r < m ? size : -size;
});
const late = (steps: number, form: 'formed' | 'factored' = 'formed'): LateNet => {
  const kernel = sampleKernel(inputs, form);
  try {
    return trainLate({ start, outputs, inputs, labels, kernel, steps });
  } finally {
    kernel.end();
  }
};

describe('training whose step grows as the loss falls', () => {
  it('goes on far beyond the fit, towards a KKT point with balanced layers', () => {
    const [fitted, further, far] = [late(400), late(1500), late(6000)];
    const residuals = [fitted, further, far].map((net) => stationarity(net, inputs, labels).residual);
    expect(Math.min(...far.margins)).toBeGreaterThan(100);
    expect(far.loss).toBeLessThan(1e-60);
    expect(residuals[1]).toBeLessThan(residuals[0]!);
    expect(residuals[2]).toBeLessThan(residuals[1]!);
    expect(residuals[2]).toBeLessThan(0.03);
    expect(stationarity(far, inputs, labels).imbalance).toBeLessThan(0.01);
  });

  it('is the same in either form of the kernel', () => {
    const [formed, factored] = [late(60), late(60, 'factored')];
    formed.margins.forEach((margin, i) => expect(factored.margins[i]).toBeCloseTo(margin, 8));
  });

  it('knows a KKT point: two opposite points, one neuron each, in closed form', () => {
    // On x = ±3e neuron r has ∇q = (a x, a, φ): proportional to θ = (w, b, a) at w = ±2e, b = ⅔, a² = w² + b².
    const pair = matrix(2, 2, Float64Array.of(3, 0, -3, 0));
    const weights = matrix(2, 2, Float64Array.of(2, 0, -2, 0));
    const net: LateNet = {
      layer: { weights, biases: Float64Array.of(2 / 3, 2 / 3) },
      outputs: Float64Array.of(Math.sqrt(4 + 4 / 9), -Math.sqrt(4 + 4 / 9)),
      margins: new Float64Array(2),
      loss: 0,
      steps: 1,
    };
    const found = stationarity(net, pair, Int8Array.of(1, -1));
    expect(found.cosine).toBeCloseTo(1, 12);
    expect(found.imbalance).toBeLessThan(1e-12);
    // Turned away from it, the residual says by how much.
    const turned = { ...net, layer: { ...net.layer, biases: new Float64Array(2) } };
    expect(stationarity(turned, pair, Int8Array.of(1, -1)).residual).toBeGreaterThan(0.05);
  });

  it('satisfies Euler’s identity of degree two: ⟨θ, −∇L⟩ = 2 Σ |ℓ′(q_i)| q_i', () => {
    const net = late(200);
    const { inner, multipliers } = stationarity(net, inputs, labels);
    const owed = 2 * multipliers.reduce((sum, weight, i) => sum + weight * net.margins[i]!, 0);
    expect(owed).toBeGreaterThan(0);
    expect(Math.abs(inner - owed)).toBeLessThan(1e-12 * owed);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s steps', (steps) => {
    expect(() => late(steps)).toThrow(BadInput);
  });
});
