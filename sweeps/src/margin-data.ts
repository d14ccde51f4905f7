/** Small separable sets on which margins are maximised in seconds. */
import { matrix, orthogonalClusters, row, samplePoints, type Matrix, type Random } from '@marginalia/core';

/**
 * `gaussian`: x = y s e_1 + ξ, two clouds. `clusters`: four orthogonal clusters, two a class, centres of norm s√2. `xor`:
 * x = s (b e_1 + c e_2) + ξ with y = b c, which no line separates. ξ ~ N(0, I_d)/4.
 */
export type MarginData = 'gaussian' | 'clusters' | 'xor';
export const marginData: readonly MarginData[] = ['gaussian', 'clusters', 'xor'];

export interface LabelledSet {
  /** n × d. */
  readonly inputs: Matrix;
  /** ±1, as many of each as n allows. */
  readonly labels: Int8Array;
}

const deviation = 0.25;
const clusters = 4;

/** A law of points: `draw(n, random)`. */
export function marginLaw(
  data: MarginData,
  dimension: number,
  random: Random,
): (samples: number, draw: Random) => LabelledSet {
  if (data === 'clusters') {
    // Scaled so that centres have norm √2, as those of `xor`.
    const scale = Math.sqrt(2 / dimension);
    const law = orthogonalClusters(
      { dimension, clusters, noise: deviation / scale, assignment: 'balanced' },
      random.stream('centres'),
    );
    return (samples, draw) => {
      const { inputs, labels } = samplePoints(law, samples, draw);
      return {
        inputs: matrix(
          samples,
          dimension,
          inputs.data.map((value) => scale * value),
        ),
        labels,
      };
    };
  }
  return (samples, draw) => {
    const inputs = matrix(samples, dimension);
    draw.stream('noise').gaussians(inputs.data, deviation);
    const labels = new Int8Array(samples);
    for (let n = 0; n < samples; n++) {
      const x = row(inputs, n);
      const [b, c] = [n % 2 === 0 ? 1 : -1, n % 4 < 2 ? 1 : -1];
      x[0]! += b;
      if (data === 'xor') x[1]! += c;
      labels[n] = data === 'xor' ? b * c : b;
    }
    return { inputs, labels };
  };
}
