/** Nets of up to twelve neurons in two or three dimensions, few enough that their regions can be enumerated. Keyed. */
import { marginAt, type Target } from '@marginalia/attack';
import {
  balancedOutputs,
  binaryObjective,
  binaryReadout,
  descend,
  gaussianLayer,
  logistic,
  matrix,
  multiClassObjective,
  Random,
  type Layer,
  type Network,
  type Readout,
} from '@marginalia/core';

export type ReadoutKind = 'linear' | 'max' | 'argmax';
/**
 * `random`: Gaussian. `lattice`: integers, where neurons repeat, vanish and meet in one point. `parallel`: neurons that
 * are multiples of two directions up to a sixty-fourth. `trained`: what descent makes of Gaussian points.
 */
export type Make = 'random' | 'lattice' | 'parallel' | 'trained';

export interface Shape {
  readonly width: number;
  readonly dimension: number;
}

/** Classes of an argmax read-out. */
const classes = 3;

/** A net at a point that it classifies rightly, unless its score there is 0. */
export function enumerable(kind: ReadoutKind, make: Make, shape: Shape, key: number): Target {
  const random = Random.of(['enumerable', kind, make, shape.width, shape.dimension, key]);
  const network: Network = {
    ...layerOf(kind, make, shape, random),
    readout: readoutOf(kind, make, shape, random),
  };
  const input = drawn(make === 'lattice' ? make : 'random', shape.dimension, random.stream('input'));
  return rightly({ network, input, label: 1, ambient: shape.dimension });
}

function drawn(make: Make, count: number, random: Random): Float64Array {
  const values = random.gaussians(new Float64Array(count));
  return make === 'lattice' ? values.map((value) => Math.round(value)) : values;
}

function layerOf(kind: ReadoutKind, make: Make, { width, dimension }: Shape, random: Random): Layer {
  if (make === 'trained') return trainedLayer(kind, width, dimension, random.stream('trained'));
  const weights = matrix(width, dimension, drawn(make, width * dimension, random.stream('weights')));
  const biases = drawn(make, width, random.stream('biases'));
  if (make === 'parallel') {
    const multiples = random.stream('multiples').gaussians(new Float64Array(width));
    for (let r = 2; r < width; r++) {
      for (let l = 0; l < dimension; l++) {
        const base = weights.data[(r % 2) * dimension + l]!;
        weights.data[r * dimension + l] = multiples[r]! * base + weights.data[r * dimension + l]! / 64;
      }
    }
  }
  return { weights, biases };
}

function trainedLayer(kind: ReadoutKind, width: number, dimension: number, random: Random): Layer {
  const samples = 20;
  const inputs = matrix(
    samples,
    dimension,
    random.stream('inputs').gaussians(new Float64Array(samples * dimension)),
  );
  const start = gaussianLayer(
    width,
    dimension,
    { weightDeviation: 0.5, biasDeviation: 0.1 },
    random.stream('start'),
  );
  const draw = random.stream('labels');
  const objective =
    kind === 'linear'
      ? binaryObjective(
          logistic,
          balancedOutputs(width / 2),
          Int8Array.from({ length: samples }, () => 2 * draw.integer(2) - 1),
        )
      : multiClassObjective(
          Int32Array.from({ length: samples }, () => draw.integer(width / 2)),
          width / 2,
          2,
        );
  return descend({ start, inputs, objective, stepSize: 0.5, steps: 100 }).layer;
}

function readoutOf(kind: ReadoutKind, make: Make, { width }: Shape, random: Random): Readout {
  const groups = Int8Array.from({ length: width / 2 }, (_, j) => (j % 2 === 0 ? 1 : -1));
  if (kind === 'max') return binaryReadout(kind, groups, 2);
  const one = (count: number): Float64Array => drawn(make, count, random.stream('outputs'));
  if (kind === 'argmax') return { kind, outputs: matrix(classes, width, one(classes * width)), own: 0 };
  return { kind, outputs: make === 'trained' ? balancedOutputs(width / 2) : one(width) };
}

/** The label, or the class, that the net itself gives the point. */
function rightly(target: Target): Target {
  const still = new Float64Array(target.input.length);
  const { readout } = target.network;
  if (readout.kind !== 'argmax') return { ...target, label: marginAt(target, still) > 0 ? 1 : -1 };
  const each = Array.from({ length: classes }, (_, own) => ({
    ...target,
    network: { ...target.network, readout: { ...readout, own } },
  }));
  return each.reduce((best, next) => (marginAt(next, still) > marginAt(best, still) ? next : best));
}
