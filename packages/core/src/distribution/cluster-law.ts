/**
 * D_binary and D_multiple, exact in law at a cost that does not depend on d: data and initial weights in coordinates in
 * which almost all of R^d is idle. Everything that is invariant under rotations of R^d has the same law here: the
 * trajectory of gradient descent, margins, coefficients, cosines, ℓ2 radii and ℓ2 attacks. Coordinate-wise things have
 * not: ℓ∞ and ℓ1, clamping to a box, sign descent.
 *
 * With the centres in the first k coordinates, the noise of n points beyond them is a Gaussian n × (d − k) matrix A = L Q
 * with Q orthonormal and independent of L, the Bartlett factor of A Aᵀ: L_ii² ~ χ²_{d−k−i} (i = 0, 1, …),
 * L_il ~ N(0, 1) for l < i. Rotating R^d by Q leaves L, with r = min(n, d − k) columns; where n > d − k its last rows are
 * full. Initial weights are i.i.d. normal in the k + r coordinates, and what they have in the d − k − r others, which no
 * input has, is known by its Gram matrix alone: again a Bartlett factor, of at most M columns.
 * Source: Bartlett 1933; Anderson, An Introduction to Multivariate Statistical Analysis, §7.2.
 */
import { cholesky } from '../cholesky.js';
import { BadInput } from '../bad-input.js';
import { matrix, row, type Matrix } from '../matrix.js';
import type { Initialisation, Layer } from '../network/layer.js';
import type { Random } from '../random/random.js';
import {
  assignClusters,
  checkClusters,
  type ClusterOptions,
  type LabelledPoints,
  type OrthogonalClusters,
} from './orthogonal-clusters.js';

export interface ClusterLaw {
  /** Centres k × (k + r). */
  readonly distribution: OrthogonalClusters;
  /** n × (k + r), listed cluster by cluster. */
  readonly train: LabelledPoints;
  /** d − k − r: coordinates that no training point has. */
  readonly idle: number;
}

export interface ClusterLawOptions extends Omit<ClusterOptions, 'frame'> {
  /** n */
  readonly samples: number;
  /** ⟨μ_i, μ_j⟩ (k × k, positive definite), for centres that are not orthogonal of norm √d. */
  readonly gram?: Matrix;
}

/** Throws BadInput as `checkClusters` does, and for a Gram matrix of centres that is not positive definite. */
export function clusterLaw(options: ClusterLawOptions, random: Random): ClusterLaw {
  checkClusters(options);
  const { dimension, clusters, positive = clusters / 2, noise = 1, assignment = 'iid', samples } = options;
  const reach = Math.min(samples, dimension - clusters);
  const columns = clusters + reach;
  const distribution: OrthogonalClusters = {
    dimension,
    centres: centresOf(options, columns),
    classes: Int8Array.from({ length: clusters }, (_, j) => (j < positive ? 1 : -1)),
    noise,
    assignment,
  };
  const assigned = assignClusters(distribution, samples, random.stream('clusters')).sort();
  const extents = Int32Array.from({ length: samples }, (_, i) => clusters + Math.min(i + 1, reach));
  const inputs = matrix(samples, columns, new Float64Array(samples * columns), extents);
  const along = random.stream('along').gaussians(new Float64Array(samples * clusters), noise);
  for (let i = 0; i < samples; i++) {
    const point = row(inputs, i);
    const centre = row(distribution.centres, assigned[i]!);
    for (let l = 0; l < clusters; l++) point[l] = centre[l]! + along[i * clusters + l]!;
  }
  bartlett(inputs, clusters, dimension - clusters, noise, random.stream('beyond'));
  const labels = Int8Array.from(assigned, (j) => distribution.classes[j]!);
  return { distribution, train: { inputs, clusters: assigned, labels }, idle: dimension - columns };
}

/** W_0 (M × (k + r + min(M, idle))) and b_0: the last columns hold what W_0 has in the idle coordinates. */
export function clusterLawLayer(
  law: ClusterLaw,
  width: number,
  { weightDeviation, biasDeviation }: Initialisation,
  random: Random,
): Layer {
  const active = law.train.inputs.columns;
  const weights = matrix(width, active + Math.min(width, law.idle));
  const drawn = random.stream('weights').gaussians(new Float64Array(width * active), weightDeviation);
  for (let r = 0; r < width; r++) row(weights, r).set(drawn.subarray(r * active, (r + 1) * active));
  bartlett(weights, active, law.idle, weightDeviation, random.stream('idle'));
  return {
    weights,
    biases: random.stream('biases').gaussians(new Float64Array(width), biasDeviation),
    ambient: law.distribution.dimension,
  };
}

/**
 * L with L Lᵀ distributed as V Vᵀ for V `rows` × `degrees` of entries N(0, σ²): what is known of vectors in `degrees`
 * coordinates by their inner products alone. `rows` × min(`rows`, `degrees`).
 */
export function wishartFactor(rows: number, degrees: number, deviation: number, random: Random): Matrix {
  const factor = matrix(rows, Math.min(rows, degrees));
  bartlett(factor, 0, degrees, deviation, random);
  return factor;
}

/**
 * A factor of a Wishart matrix with `degrees` degrees of freedom into the columns of `into` from `from` on: entry
 * (i, i) is σ χ with `degrees` − i degrees of freedom, those before it σ N(0, 1), as far as there are degrees.
 */
function bartlett(into: Matrix, from: number, degrees: number, deviation: number, random: Random): void {
  const reach = Math.min(into.rows, degrees);
  function* below(): Generator<Float64Array> {
    for (let i = 0; i < into.rows; i++) yield row(into, i).subarray(from, from + Math.min(i, reach));
  }
  random.stream('below').gaussianPieces(below(), deviation);
  const diagonal = random.stream('diagonal');
  for (let i = 0; i < reach; i++) {
    row(into, i)[from + i] = deviation * Math.sqrt(diagonal.chiSquare(degrees - i));
  }
}

function centresOf({ dimension, clusters, gram }: ClusterLawOptions, columns: number): Matrix {
  const centres = matrix(clusters, columns);
  if (!gram) {
    for (let j = 0; j < clusters; j++) row(centres, j)[j] = Math.sqrt(dimension);
    return centres;
  }
  const factor = gram.rows === clusters && gram.columns === clusters ? cholesky(gram) : undefined;
  if (!factor) {
    throw new BadInput({
      expected: `a positive definite ${clusters} × ${clusters} matrix of the centres’ inner products`,
      got: `${gram.rows} × ${gram.columns}${gram.rows === clusters ? ', not positive definite' : ''}`,
    });
  }
  for (let j = 0; j < clusters; j++) row(centres, j).set(row(factor, j));
  return centres;
}
