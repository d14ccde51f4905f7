/** Everything that is known of a net's robustness at labelled points: certificate, exact radius, best attack. */
import {
  BadInput,
  matrix,
  mergedDuplicates,
  Random,
  row,
  timesTransposed,
  type Matrix,
  type Network,
} from '@marginalia/core';
import { attackRadius } from './attack.js';
import { l2, type Ball } from './ball.js';
import type { ExactOptions, ExactRadius } from './branch-and-bound.js';
import { certifiedRadius, lipschitzConstant } from './certificate.js';
import { exactRadii, exactRadiiIn } from './exact-radius.js';
import { projectedGradientRadii } from './gradient-search.js';
import { geometryOf } from './geometry.js';
import { projectedGradient } from './projected-gradient.js';
import { firstCrossing } from './ray.js';
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

const thorough = { steps: 40, restarts: 3 };

/**
 * One entry a point, in order. `inputs` is N × d, `labels` ±1 (N). A misclassified point has radius 0 throughout. ℓ2 is
 * worked in the span of the neurons, at no cost in d; ℓ∞ and ℓ1 solve linear programs in R^d, about 0.1 s a point at d = 3000.
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
  const { network, unit } = toUnitScale(mergedDuplicates(given));
  const limit = budget === undefined ? {} : { budget };
  const points = { inputs, labels, direction };
  const { ball, targets, exact, searched, towards } =
    norm === 'l2' ? inSpan(network, points, limit) : await inFull(network, points, norm, limit);
  const lipschitz = lipschitzConstant(network, ball);
  return targets.map((target, i): Robustness => {
    const margin = marginAt(target, new Float64Array(target.input.length));
    const step = ball.steepest(towards.map((value) => -target.label * value));
    const along = exact[i]!.upper === 0 ? 0 : ball.size(step) > 0 ? firstCrossing(target, step) : Infinity;
    return {
      margin: margin * unit,
      certified: certifiedRadius(margin, lipschitz),
      exact: exact[i]!,
      attacked:
        searched[i]! < along
          ? { radius: searched[i]!, attack: projectedGradient().name }
          : { radius: along, attack: universalAttack(towards).name },
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
      ...network,
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

interface Points {
  readonly inputs: Matrix;
  readonly labels: ArrayLike<number>;
  readonly direction: Float64Array;
}

/** What each norm finds in its own coordinates, point by point. */
interface Found {
  readonly ball: Ball;
  readonly targets: readonly Target[];
  readonly exact: readonly ExactRadius[];
  /** The smallest flips that projected gradient descent found; Infinity where there is none. */
  readonly searched: ArrayLike<number>;
  readonly towards: Float64Array;
}

function inSpan(
  network: Network,
  { inputs, labels, direction }: Points,
  limit: Pick<ExactOptions, 'budget'>,
): Found {
  const span = spanOf(network);
  const products = timesTransposed(inputs, network.weights);
  const along = timesTransposed(matrix(1, direction.length, direction), network.weights).data;
  const exact = exactRadii(span, products, labels, limit);
  const random = Random.of('robustness');
  const search = { bracket: (i: number) => bracketOf(exact[i]!) };
  return {
    ball: l2,
    targets: Array.from(exact, (_, i) => ({
      network: span.network,
      input: span.point(row(products, i)),
      label: labels[i]!,
      ambient: span.ambient,
    })),
    exact,
    searched: projectedGradientRadii(span, { products, labels }, search, random, thorough),
    towards: span.direction(along, Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0))),
  };
}

async function inFull(
  network: Network,
  { inputs, labels, direction }: Points,
  norm: Ball['name'],
  limit: Pick<ExactOptions, 'budget'>,
): Promise<Found> {
  if (network.ambient !== undefined && network.ambient !== network.weights.columns) {
    throw new BadInput({
      expected: `a net in the coordinates of its data for the norm ${norm}: it is not invariant under rotations`,
      got: `${network.weights.columns} reduced coordinates of R^${network.ambient}`,
      try: 'the norm l2, or data drawn explicitly',
    });
  }
  const geometry = await geometryOf(norm);
  const targets = Array.from({ length: inputs.rows }, (_, i): Target => {
    return { network, input: row(inputs, i), label: labels[i]!, ambient: inputs.columns };
  });
  const exact = exactRadiiIn(geometry, network, { inputs, labels }, limit);
  const random = Random.of('robustness');
  const searched = targets.map((target, i) => {
    if (exact[i]!.upper === 0) return 0;
    const attack = projectedGradient(thorough);
    const found = attackRadius(attack, target, geometry.ball, bracketOf(exact[i]!), random.at(i));
    return found.kind === 'flipped' ? found.radius : Infinity;
  });
  return { ball: geometry.ball, targets, exact, searched, towards: direction };
}

/** Below the proved lower end nothing can succeed; past twice the upper end nothing is learnt. */
function bracketOf({ lower, upper }: ExactRadius): { from: number; to: number } {
  const from = lower > 0 ? lower : upper / 1024;
  return { from, to: 2 * (upper < Infinity ? upper : Math.max(from, 1)) };
}
