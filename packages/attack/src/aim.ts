/**
 * Many labelled points of one net as targets, in the coordinates that a norm allows: ℓ2 in the span of the neurons, at no
 * cost in d, the other norms where the points stand. What depends on the net alone is shared by all points, and what
 * depends on the net and a class by the points of that class.
 */
import {
  BadInput,
  matrix,
  mergedDuplicates,
  row,
  timesTransposed,
  type Matrix,
  type Network,
} from '@marginalia/core';
import { l2, type Ball } from './ball.js';
import type { ExactOptions, ExactRadius } from './branch-and-bound.js';
import { lipschitzConstant } from './certificate.js';
import { checkPoint } from './check-net.js';
import { directionOf, labelledGroups, ofClass, type Classifier, type LabelledGroup } from './classifier.js';
import { exactRadii, exactRadiiIn } from './exact-radius.js';
import { geometryOf } from './geometry.js';
import type { SpanPoints } from './gradient-search.js';
import { spanOf, type Span } from './span.js';
import type { Target } from './target.js';
import { unitScaleOf } from './unit-scale.js';

/** Points of one group, of a net with weights of size one: scores times `unit` are the net's own. */
export interface Aimed {
  /** Rows of the inputs, ascending. */
  readonly at: readonly number[];
  readonly targets: readonly Target[];
  readonly ball: Ball;
  readonly unit: number;
  /** A Lipschitz constant of the scaled score in the norm. */
  readonly lipschitz: number;
  /** The universal direction in the coordinates of the targets. */
  readonly towards: Float64Array;
  /** Exact radii of the targets from … to − 1. */
  readonly exact: (from: number, to: number) => readonly ExactRadius[];
  /** Targets and direction where the points stand, for attacks that move coordinates; absent in reduced coordinates. */
  readonly plain?: { readonly targets: readonly Target[]; readonly towards: Float64Array };
  /** In ℓ2: the span of the neurons, and the points as it sees them. */
  readonly span?: { readonly of: Span; readonly points: SpanPoints };
}

export interface AimOptions {
  readonly norm: Ball['name'];
  /** Of a binary net; of a classifier it is the classes' own. */
  readonly direction?: Float64Array;
  /** Convex programs an exact radius may take. */
  readonly budget?: number;
}

/** `inputs` is N × d; labels as `labelledGroups` takes them. Throws BadInput for what does not fit together. */
export async function aimAt(
  given: Network | Classifier,
  inputs: Matrix,
  labels: ArrayLike<number>,
  { norm, direction, budget }: AimOptions,
): Promise<readonly Aimed[]> {
  if (labels.length !== inputs.rows) {
    throw new BadInput({ expected: `${inputs.rows} labels, one a point`, got: String(labels.length) });
  }
  if (direction && 'outputs' in given) {
    throw new BadInput({ expected: 'a direction for a binary net alone', got: 'one for a net of classes' });
  }
  // Before anything is computed: what does not fit together is refused there.
  labelledGroups(given, labels);
  checkPoint('readout' in given ? given : ofClass(given, 0), inputs.columns);
  const limit = budget === undefined ? {} : { budget };
  const { network: net, unit } = unitScaleOf(merged(given));
  const see = norm === 'l2' ? inSpan(net, inputs) : await inFull(net, inputs, norm);
  return labelledGroups(net, labels).map((group): Aimed => {
    const along = direction ?? directionOf(group, inputs);
    const seen = see(group, along, limit);
    return { at: group.at, unit, lipschitz: lipschitzConstant(group.network, seen.ball), ...seen };
  });
}

/** Copies of a neuron as one, in a classifier for all its classes at once. */
function merged(net: Network | Classifier): Network | Classifier {
  if ('readout' in net) return mergedDuplicates(net);
  const { weights, biases, readout } = mergedDuplicates(ofClass(net, 0));
  return readout.kind === 'argmax' ? { ...net, weights, biases, outputs: readout.outputs } : net;
}

type See = (
  group: LabelledGroup,
  direction: Float64Array,
  limit: Pick<ExactOptions, 'budget'>,
) => Omit<Aimed, 'at' | 'unit' | 'lipschitz'>;

function inSpan(net: Network | Classifier, inputs: Matrix): See {
  const products = timesTransposed(inputs, net.weights);
  const squares = timesTransposed(net.weights, net.weights);
  return (group, direction, limit) => {
    const { network, at, labels } = group;
    const of = spanOf(network, squares);
    const points = { products: rowsOf(products, at), labels };
    const along = timesTransposed(matrix(1, direction.length, direction), network.weights).data;
    const reduced = network.ambient !== undefined && network.ambient !== inputs.columns;
    return {
      ...(reduced ? {} : { plain: { targets: standing(inputs, group), towards: direction } }),
      ball: l2,
      targets: at.map((_, i) => ({
        network: of.network,
        input: of.point(row(points.products, i)),
        label: labels[i]!,
        ambient: of.ambient,
      })),
      exact: (from, to) =>
        exactRadii(of, rowsBetween(points.products, from, to), labels.subarray(from, to), limit),
      towards: of.direction(along, Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0))),
      span: { of, points },
    };
  };
}

async function inFull(net: Network | Classifier, inputs: Matrix, norm: Ball['name']): Promise<See> {
  if (net.ambient !== undefined && net.ambient !== net.weights.columns) {
    throw new BadInput({
      expected: `a net in the coordinates of its data for the norm ${norm}: it is not invariant under rotations`,
      got: `${net.weights.columns} reduced coordinates of R^${net.ambient}`,
      try: 'the norm l2, or data drawn explicitly',
    });
  }
  const geometry = await geometryOf(norm);
  return (group, direction, limit) => {
    const { network, at, labels } = group;
    const targets = standing(inputs, group);
    return {
      plain: { targets, towards: direction },
      ball: geometry.ball,
      targets,
      exact: (from, to) =>
        exactRadiiIn(
          geometry,
          network,
          { inputs: rowsOf(inputs, at.slice(from, to)), labels: labels.subarray(from, to) },
          limit,
        ),
      towards: direction,
    };
  };
}

/** The points of a group where they stand. */
const standing = (inputs: Matrix, { network, at, labels }: LabelledGroup): readonly Target[] =>
  at.map((i, place) => ({
    network,
    input: row(inputs, i),
    label: labels[place]!,
    ambient: inputs.columns,
  }));

function rowsOf(of: Matrix, at: readonly number[]): Matrix {
  if (at.length === of.rows) return of;
  const part = matrix(at.length, of.columns);
  at.forEach((i, place) => row(part, place).set(row(of, i)));
  return part;
}

const rowsBetween = ({ columns, data }: Matrix, from: number, to: number): Matrix =>
  matrix(to - from, columns, data.subarray(from * columns, to * columns));

/**
 * Where to search an attack's radius: below the proved lower end nothing can succeed, and past `factor` times the upper
 * end nothing is learnt.
 */
export function bracketOf({ lower, upper }: ExactRadius, factor: number): { from: number; to: number } {
  const known = upper < Infinity;
  // A search that starts too high comes down by halves; one that starts far too low climbs by quarters.
  const from = known ? Math.max(lower, upper / 1024) || upper : lower > 0 ? lower : 1;
  return { from, to: factor * (known ? upper : Math.max(from, 1)) };
}
