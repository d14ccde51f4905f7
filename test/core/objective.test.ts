import { preactivations, type Objective } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem } from '../arbitraries/problem.js';
import { runs } from '../arbitraries/runs.js';

const h = 1e-5;

function backward(objective: Objective, p: Float64Array) {
  const signals = new Float64Array(objective.width * objective.samples);
  const margins = new Float64Array(objective.samples);
  return { loss: objective.backward(p, signals, margins), signals, margins };
}

describe.each(['binary', 'multi-class'] as const)('the %s objective', (kind) => {
  it('has −n ∂L/∂P for its signals, away from kinks', () => {
    fc.assert(
      fc.property(problem(kind), ({ start, inputs, objective }) => {
        const { samples, width } = objective;
        const p = preactivations(start, inputs).data;
        const { signals } = backward(objective, p);
        for (let i = 0; i < samples; i++) {
          for (let r = 0; r < width; r++) {
            const at = i * width + r;
            if (Math.abs(p[at]!) < 2 * h) continue;
            const loss = (shift: number): number => backward(objective, p.with(at, p[at]! + shift)).loss;
            const slope = (loss(-h) - loss(h)) / (2 * h);
            expect(Math.abs(samples * slope - signals[r * samples + i]!)).toBeLessThan(1e-7 * samples);
          }
        }
      }),
      runs(60),
    );
  });

  it('gives no signal to a neuron at its kink or below', () => {
    fc.assert(
      fc.property(problem(kind), fc.nat(), ({ start, inputs, objective }, choice) => {
        const { samples, width } = objective;
        const p = preactivations(start, inputs).data;
        const at = choice % p.length;
        p[at] = 0;
        const { signals } = backward(objective, p);
        const sample = Math.floor(at / width);
        expect(signals[(at % width) * samples + sample]).toBe(0);
      }),
      runs(60),
    );
  });

  it('has margins y f, or own score less the best other, and a loss that they bound', () => {
    fc.assert(
      fc.property(problem(kind), ({ start, inputs, objective }) => {
        const { samples, width, kind: shape } = objective;
        const p = preactivations(start, inputs).data;
        const { loss, margins } = backward(objective, p);
        for (let i = 0; i < samples; i++) {
          const hidden = Array.from(p.subarray(i * width, (i + 1) * width), (value) => Math.max(0, value));
          if (shape.kind === 'binary') {
            const f = hidden.reduce((sum, value, r) => sum + shape.outputs[r]! * value, 0);
            expect(margins[i]).toBeCloseTo(shape.labels[i]! * f, 12);
          } else {
            const scores = Array.from({ length: shape.classes }, (_, j) =>
              hidden
                .slice(j * shape.size, (j + 1) * shape.size)
                .reduce((sum, value) => sum + value / shape.size, 0),
            );
            const own = scores[shape.targets[i]!]!;
            const rival = Math.max(...scores.filter((_, j) => j !== shape.targets[i]));
            expect(margins[i]).toBeCloseTo(own - rival, 12);
          }
        }
        const worst = Math.min(...margins);
        expect(loss).toBeGreaterThan(0);
        expect(loss).toBeLessThanOrEqual(
          Math.max(0, -worst) + Math.log(shape.kind === 'binary' ? 2 : shape.classes) + 1e-12,
        );
      }),
      runs(60),
    );
  });

  it('does not take a pre-activation that is not a number for an inactive one', () => {
    fc.assert(
      fc.property(problem(kind), ({ objective }) => {
        const p = new Float64Array(objective.width * objective.samples).fill(-1);
        p[0] = Number.NaN;
        expect(backward(objective, p).loss).toBeNaN();
      }),
      runs(20),
    );
  });
});
