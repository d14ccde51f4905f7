/**
 * Slabs: every coordinate alone tells the class, some more simply than others, and given the class all are independent. With
 * effective margin μ and values in [−1, 1], coordinates are of one of these kinds:
 *   1, linear: x = y(μ + (1 − μ)U), one threshold;
 *   S = 3, 5, 7 slabs of width w = 2(1 − (S − 1)μ)/S, 2μ apart, of labels −, +, −, … from the middle outwards on either side.
 *     Slab 0 is [−w/2, w/2], slab j ≥ 1 is ±[(j − ½)w + 2jμ, (j + ½)w + 2jμ].
 * Which slab of its label a point is in is random: of 5, the middle with probability ¾; of 7, the middle with ½, and of the
 * positive ones the inner with ⅞. No linear function of slabs alone tells the classes apart.
 * Source: Shah, Tamuly, Raghunathan, Jain & Netrapalli, NeurIPS 2020 (arXiv 2006.07710), Section 3, with the probabilities of
 * the published code.
 */
import { BadInput } from '../bad-input.js';
import { matrix, row, type Matrix } from '../matrix.js';
import type { Random } from '../random/random.js';

/** Linear, or how many slabs. */
export type SlabCount = 1 | 3 | 5 | 7;

export interface SlabLaw {
  /** One a coordinate. */
  readonly coordinates: readonly SlabCount[];
  /** μ: half the distance between slabs of different labels; below 1/(S − 1). */
  readonly margin: number;
}

export interface SlabPoints {
  /** n × d, in [−1, 1]. */
  readonly inputs: Matrix;
  /** y_i ∈ {−1, +1}, each with probability ½. */
  readonly labels: Int8Array;
}

/** P(slab | label): pairs of slab and probability. */
const shares: Readonly<Record<3 | 5 | 7, Readonly<Record<-1 | 1, readonly (readonly [number, number])[]>>>> =
  {
    3: { [-1]: [[0, 1]], 1: [[1, 1]] },
    5: {
      [-1]: [
        [0, 0.75],
        [2, 0.25],
      ],
      1: [[1, 1]],
    },
    7: {
      [-1]: [
        [0, 0.5],
        [2, 0.5],
      ],
      1: [
        [1, 0.875],
        [3, 0.125],
      ],
    },
  };

/** LMS-S: one linear coordinate, the others of S slabs. */
export const linearAndSlabs = (dimension: number, slabs: 3 | 5 | 7, margin: number): SlabLaw => ({
  coordinates: Array.from({ length: dimension }, (_, l) => (l === 0 ? 1 : slabs)),
  margin,
});

/** MS-(5,7): one coordinate of 5 slabs, the others of 7. */
export const fiveAndSevenSlabs = (dimension: number, margin: number): SlabLaw => ({
  coordinates: Array.from({ length: dimension }, (_, l) => (l === 0 ? 5 : 7)),
  margin,
});

/** Throws BadInput for no coordinates, or a margin that leaves slabs no width. */
export function sampleSlabs({ coordinates, margin }: SlabLaw, samples: number, random: Random): SlabPoints {
  if (coordinates.length === 0 || !(Number.isSafeInteger(samples) && samples >= 1)) {
    throw new BadInput({
      expected: 'at least one coordinate and one sample',
      got: `${coordinates.length} coordinates, ${samples} samples`,
    });
  }
  const most = Math.max(...coordinates);
  const limit = most === 1 ? 1 : 1 / (most - 1);
  if (!(margin > 0 && margin < limit)) {
    throw new BadInput({
      expected: `a margin 0 < μ < ${most === 1 ? '1' : `1/${most - 1}`}, which leaves ${most} slabs some width`,
      got: String(margin),
      try: '0.1',
    });
  }
  const inputs = matrix(samples, coordinates.length);
  const labels = new Int8Array(samples);
  for (let i = 0; i < samples; i++) {
    const draws = random.at(i);
    const label = draws.uniform() < 0.5 ? -1 : 1;
    labels[i] = label;
    const point = row(inputs, i);
    coordinates.forEach((kind, l) => (point[l] = coordinate(kind, label, margin, draws)));
  }
  return { inputs, labels };
}

function coordinate(kind: SlabCount, label: -1 | 1, margin: number, draws: Random): number {
  const within = draws.uniform();
  if (kind === 1) return label * (margin + (1 - margin) * within);
  const width = (2 - 2 * (kind - 1) * margin) / kind;
  const side = draws.uniform() < 0.5 ? -1 : 1;
  let slab = 0;
  let left = draws.uniform();
  for (const [one, probability] of shares[kind][label]) {
    slab = one;
    left -= probability;
    if (left < 0) break;
  }
  return side * (slab === 0 ? (width * within) / 2 : (slab - 0.5 + within) * width + 2 * slab * margin);
}
