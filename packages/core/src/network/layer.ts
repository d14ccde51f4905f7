/** The hidden layer that every net of the house shares: M ReLU neurons on R^d. */
import { leading, matrix, timesTransposed, type Matrix } from '../matrix.js';
import type { Random } from '../random/random.js';

/** p(x) = W x + b, hidden activations φ(p) = max(p, 0). */
export interface Layer {
  /** M × d: row r is w_r. M × D in reduced coordinates, of which inputs may have the first ones alone. */
  readonly weights: Matrix;
  /** M. */
  readonly biases: Float64Array;
  /** d, where the weights stand in fewer coordinates (see `cluster-law`); the number of their columns when absent. */
  readonly ambient?: number;
}

/** σ_w and σ_b of a Gaussian initialisation: w_r ~ N(0, σ_w² I_d), b_r ~ N(0, σ_b²). */
export interface Initialisation {
  readonly weightDeviation: number;
  readonly biasDeviation: number;
}

/**
 * The two initialisations in use. `talk`: σ_w² = 1/d, σ_b² = 1/d² (talk, "A Theoretical Model"), pre-activations of
 * size one. `paper`: σ_w = σ_b = 1e-5, as the published experiments ran (arXiv 2410.10322, §5).
 */
export const initialisations = {
  paper: (): Initialisation => ({ weightDeviation: 1e-5, biasDeviation: 1e-5 }),
  talk: (dimension: number): Initialisation => ({
    weightDeviation: 1 / Math.sqrt(dimension),
    biasDeviation: 1 / dimension,
  }),
} as const;

export type InitialisationName = keyof typeof initialisations;
export const initialisationNames: readonly InitialisationName[] = ['paper', 'talk'];

export function gaussianLayer(
  width: number,
  dimension: number,
  { weightDeviation, biasDeviation }: Initialisation,
  random: Random,
): Layer {
  const weights = matrix(width, dimension);
  random.stream('weights').gaussians(weights.data, weightDeviation);
  return { weights, biases: random.stream('biases').gaussians(new Float64Array(width), biasDeviation) };
}

/** W x_i + b for every row of `inputs` (n × d, or the first coordinates of it where all inputs end): n × M. */
export function preactivations(layer: Layer, inputs: Matrix): Matrix {
  const values = timesTransposed(inputs, leading(layer.weights, inputs.columns));
  const width = layer.biases.length;
  for (let i = 0; i < values.data.length; i++) values.data[i]! += layer.biases[i % width]!;
  return values;
}
