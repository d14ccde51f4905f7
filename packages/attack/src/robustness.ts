/** Everything that is known of a net's robustness at labelled points: certificate, exact radius, best attack. */
import { matrix, Random, row, timesTransposed, type Matrix, type Network } from '@marginalia/core';
import { attackRadius } from './attack.js';
import { linf, type Ball } from './ball.js';
import { certifiedRadius, lipschitzConstant } from './certificate.js';
import { exactRadius, type ExactRadius } from './exact-radius.js';
import { linfSolver } from './least-distance-linf.js';
import { projectedGradient } from './projected-gradient.js';
import { firstCrossing } from './ray.js';
import { euclidean, type Geometry } from './relaxation.js';
import { spanOf } from './span.js';
import { marginAt, type Target } from './target.js';
import { universalAttack, universalDirection } from './universal-direction.js';

export interface Robustness {
  /** y f(x) */
  readonly margin: number;
  /** margin / Lipschitz constant: nothing smaller flips. */
  readonly certified: number;
  readonly exact: ExactRadius;
  /** The smallest flip that an attack found, and which; Infinity when none did. */
  readonly attacked: { readonly radius: number; readonly attack: string };
}

export interface RobustnessOptions {
  readonly norm?: Ball['name'];
  /** Σ_j y_j μ_j where known; the mean of y x otherwise. */
  readonly direction?: Float64Array;
  /** Convex programs an exact radius may take; what is left open then is said in its `kind`. */
  readonly budget?: number;
}

const gradientAttack = projectedGradient({ steps: 40, restarts: 3 });

/**
 * One entry a point, in order. `inputs` is N × d, `labels` ±1 (N). A misclassified point has radius 0 throughout. ℓ2 is
 * worked in the span of the neurons, at no cost in d; ℓ∞ solves linear programs in R^d, about 0.1 s a point at d = 3000.
 */
export async function robustnessAt(
  given: Network,
  inputs: Matrix,
  labels: ArrayLike<number>,
  {
    norm = 'l2',
    direction = universalDirection(inputs, Int8Array.from(labels)),
    budget,
  }: RobustnessOptions = {},
): Promise<readonly Robustness[]> {
  const geometry: Geometry =
    norm === 'l2' ? euclidean : { ball: linf, nearest: await linfSolver(), tolerance: 1e-7 };
  const { network, unit } = toUnitScale(given);
  const lipschitz = lipschitzConstant(network, geometry.ball);
  const see = norm === 'l2' ? inSpan(network, inputs, direction) : inFull(network, inputs, direction);
  const random = Random.of('robustness');
  return Array.from({ length: inputs.rows }, (_, i): Robustness => {
    const target: Target = { ...see.target(i), label: labels[i]! };
    const margin = marginAt(target, new Float64Array(target.input.length));
    const certified = certifiedRadius(margin, lipschitz);
    const exact = exactRadius(target, { geometry, ...(budget === undefined ? {} : { budget }) });
    return {
      margin: margin * unit,
      certified,
      exact,
      attacked: attacked(target, geometry.ball, exact, see.direction, random.stream(i)),
    };
  });
}

/**
 * The net with its largest weight and largest output near one, and what its scores are to be multiplied by. Radii do
 * not see the scale of a homogeneous net, but squares of weights leave the range of float64 beyond 1e±154. Powers of two
 * change no bit. A log-sum-exp read-out is not homogeneous and is left as it is.
 */
function toUnitScale(network: Network): { readonly network: Network; readonly unit: number } {
  const { weights, biases, readout } = network;
  if (readout.kind === 'lse') return { network, unit: 1 };
  const inner = powerOfTwo(weights.data);
  const outer = readout.kind === 'linear' ? powerOfTwo(readout.outputs) : 1;
  const scaled = (values: Float64Array, by: number): Float64Array => values.map((value) => value / by);
  return {
    network: {
      weights: matrix(weights.rows, weights.columns, scaled(weights.data, inner)),
      biases: scaled(biases, inner),
      readout:
        readout.kind === 'linear' ? { kind: 'linear', outputs: scaled(readout.outputs, outer) } : readout,
    },
    unit: inner * outer,
  };
}

/** The power of two just below the largest size; 1 for zeros and for what is not finite. */
function powerOfTwo(values: Float64Array): number {
  const top = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return top > 0 && Number.isFinite(top) ? 2 ** Math.max(-1022, Math.floor(Math.log2(top))) : 1;
}

interface Seen {
  readonly target: (i: number) => Omit<Target, 'label'>;
  readonly direction: Float64Array;
}

function inSpan(network: Network, inputs: Matrix, direction: Float64Array): Seen {
  const span = spanOf(network);
  const products = timesTransposed(inputs, network.weights);
  const along = timesTransposed(matrix(1, direction.length, direction), network.weights).data;
  return {
    target: (i) => ({ network: span.network, input: span.point(row(products, i)), ambient: span.ambient }),
    direction: span.direction(along, Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0))),
  };
}

function inFull(network: Network, inputs: Matrix, direction: Float64Array): Seen {
  return { target: (i) => ({ network, input: row(inputs, i), ambient: inputs.columns }), direction };
}

function attacked(
  target: Target,
  ball: Ball,
  exact: ExactRadius,
  direction: Float64Array,
  random: Random,
): Robustness['attacked'] {
  const universal = universalAttack(direction);
  const unit = universal.propose(target, ball, 1, random);
  const along = ball.size(unit) > 0 ? firstCrossing(target, unit) : Infinity;
  const best = { radius: along, attack: universal.name };
  if (exact.upper === 0) return { ...best, radius: 0 };
  // Below the proved lower end nothing can succeed; past twice the upper end nothing is learnt.
  const from = exact.lower > 0 ? exact.lower : exact.upper / 1024;
  const to = 2 * (exact.upper < Infinity ? exact.upper : Math.max(from, 1));
  const searched = attackRadius(gradientAttack, target, ball, { from, to }, random);
  return searched.kind === 'flipped' && searched.radius < best.radius
    ? { radius: searched.radius, attack: gradientAttack.name }
    : best;
}
