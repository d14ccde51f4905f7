/** Argmax nets of two to five classes at a point of one of them. */
import type { Target } from '@marginalia/attack';
import { evaluate, matrix, type Network } from '@marginalia/core';
import fc from 'fast-check';
import { real, vector } from './real.js';
import type { TargetShape } from './target.js';

/** One point in eight belongs to another class than the net says; the others to the one that it says. */
export const argmaxTarget = (
  { width, dimension }: TargetShape,
  classes: readonly [number, number] = [2, 5],
): fc.Arbitrary<Target> =>
  fc
    .tuple(
      fc.integer({ min: 1, max: dimension }),
      fc.integer({ min: 1, max: width }),
      fc.integer({ min: classes[0], max: classes[1] }),
    )
    .chain(([d, m, c]) =>
      fc
        .record({
          weights: vector(m * d, real()),
          biases: vector(m, real()),
          outputs: vector(c * m, real()),
          input: vector(d, real()),
          wrong: fc.integer({ min: 0, max: 7 }).map((draw) => draw === 0),
        })
        .map(({ weights, biases, outputs, input, wrong }): Target => {
          const net = (own: number): Network => ({
            weights: matrix(m, d, weights),
            biases,
            readout: { kind: 'argmax', outputs: matrix(c, m, outputs), own },
          });
          const best = Array.from({ length: c }, (_, j) => j).find((j) => evaluate(net(j), input) > 0) ?? 0;
          const own = wrong ? (best + 1) % c : best;
          return { network: net(own), input, label: 1, ambient: d };
        }),
    );
