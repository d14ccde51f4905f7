/** Corners of a cube with random labels: learners that saw some of them, the width that fits all, and a net of bumps. */
import { exactRadius } from '@marginalia/attack';
import {
  balancedOutputs,
  binaryObjective,
  descend,
  dot,
  gaussianLayer,
  hardMargin,
  initialisations,
  logistic,
  matrix,
  norm,
  preactivations,
  row,
  signedSamples,
  type Matrix,
  type Network,
  type Random,
} from '@marginalia/core';
import { mean, type Measurements } from '@marginalia/theory';

interface CornerSetting {
  readonly corners: number;
  readonly fraction: number;
  readonly offset: number;
  readonly labelings: number;
  readonly width: number;
  readonly steps: number;
}

/** Says ±1 at a corner: of the clean points x_i, and of (u_i, 0). */
interface Learnt {
  readonly clean: (corner: number) => number;
  readonly moved: (corner: number) => number;
}

/** Labelings and neurons over which the smallest width is averaged. */
const widthDraws = 4;
/** Corners at which the radius of the net of bumps is solved for. */
const bumpsTested = 4;

export function measureCorners(setting: CornerSetting, random: Random): Measurements {
  const { corners, offset, labelings, fraction } = setting;
  const cube = cubeOf(corners);
  const labels = fairLabels(corners, random.stream('labels'));
  const rule = { clean: 0, moved: 0 };
  labels.forEach((label) => {
    if (label * (label * offset) > 0) rule.clean++;
    if (label * (label * offset - label * offset) > 0) rule.moved++;
  });

  const learners = { best: recall, nearest, margin: maximumMargin, net: trainedNet };
  const names = Object.keys(learners) as (keyof typeof learners)[];
  const errors = Object.fromEntries(
    names.map((name) => [name, { clean: [] as number[], moved: [] as number[] }]),
  );
  for (let labeling = 0; labeling < labelings; labeling++) {
    const draws = random.stream('labeling').at(labeling);
    const given = fairLabels(corners, draws.stream('labels'));
    const order = draws.stream('seen').shuffle(Int32Array.from({ length: corners }, (_, i) => i));
    const seen = order.slice(0, fraction * corners).sort();
    for (const name of names) {
      const learnt = learners[name](setting, cube, given, seen, draws.stream(name));
      const wrong = (says: (corner: number) => number): number =>
        given.filter((label, i) => says(i) * label <= 0).length / corners;
      errors[name]!.clean.push(wrong(learnt.clean));
      errors[name]!.moved.push(wrong(learnt.moved));
    }
  }
  const robust = (name: string): number => mean(errors[name]!.moved);
  const unseen = corners * (1 - fraction);
  const standardError = Math.sqrt(unseen / labelings) / (2 * corners);
  const lowest = Math.min(...names.map(robust));
  const bumps = bumpRadii(cube, labels);
  return {
    linearRuleFailure: 1 - rule.clean / corners + rule.moved / corners,
    bestRobustError: robust('best'),
    nearestRobustError: robust('nearest'),
    marginRobustError: robust('margin'),
    netRobustError: robust('net'),
    marginCleanError: mean(errors['margin']!.clean),
    netCleanError: mean(errors['net']!.clean),
    learnerExcess: (1 - fraction) / 2 - lowest - 4 * standardError,
    robustWidth: mean(
      Array.from({ length: widthDraws }, (_, draw) => {
        const own = random.stream('width').at(draw);
        return robustWidth(cube, fairLabels(corners, own.stream('labels')), own.stream('neurons'));
      }),
    ),
    ...bumps,
  };
}

/** The corners of [−½, ½]^{d−1}, N × (d−1). */
function cubeOf(corners: number): Matrix {
  const side = 31 - Math.clz32(corners);
  const cube = matrix(corners, side);
  for (let i = 0; i < corners; i++) {
    for (let l = 0; l < side; l++) cube.data[i * side + l] = (i >> l) & 1 ? 0.5 : -0.5;
  }
  return cube;
}

const fairLabels = (count: number, random: Random): Int8Array =>
  Int8Array.from({ length: count }, () => (random.uniform() < 0.5 ? -1 : 1));

/** (u_i, last) for the given corners. */
function pointsOf(cube: Matrix, chosen: ArrayLike<number>, last: (corner: number) => number): Matrix {
  const points = matrix(chosen.length, cube.columns + 1);
  for (let a = 0; a < chosen.length; a++) {
    const point = row(points, a);
    point.set(row(cube, chosen[a]!));
    point[cube.columns] = last(chosen[a]!);
  }
  return points;
}

/** Right where it saw, +1 elsewhere. */
function recall(_: CornerSetting, __: Matrix, labels: Int8Array, seen: Int32Array): Learnt {
  const known = new Set(seen);
  const says = (corner: number): number => (known.has(corner) ? labels[corner]! : 1);
  return { clean: says, moved: says };
}

/** The label of the nearest seen point; of the first one on a tie. */
function nearest({ offset }: CornerSetting, cube: Matrix, labels: Int8Array, seen: Int32Array): Learnt {
  const from = (corner: number, last: number): number => {
    let [least, label] = [Infinity, 1];
    for (const other of seen) {
      const across = row(cube, corner).reduce(
        (sum, value, l) => sum + (value - row(cube, other)[l]!) ** 2,
        0,
      );
      const distance = across + (last - offset * labels[other]!) ** 2;
      if (distance < least) [least, label] = [distance, labels[other]!];
    }
    return label;
  };
  return { clean: (corner) => from(corner, offset * labels[corner]!), moved: (corner) => from(corner, 0) };
}

function maximumMargin({ offset }: CornerSetting, cube: Matrix, labels: Int8Array, seen: Int32Array): Learnt {
  const points = pointsOf(cube, seen, (corner) => offset * labels[corner]!);
  const found = hardMargin(
    signedSamples(
      points,
      Array.from(seen, (corner) => labels[corner]!),
    ),
  );
  if (found.kind !== 'separable') throw new Error(`corners came out ${found.kind}`);
  const at = (corner: number, last: number): number =>
    dot(row(cube, corner), found.weights.subarray(0, cube.columns)) + last * found.weights[cube.columns]!;
  return { clean: (corner) => at(corner, offset * labels[corner]!), moved: (corner) => at(corner, 0) };
}

function trainedNet(
  { offset, width, steps }: CornerSetting,
  cube: Matrix,
  labels: Int8Array,
  seen: Int32Array,
  random: Random,
): Learnt {
  const dimension = cube.columns + 1;
  const { layer } = descend({
    start: gaussianLayer(2 * width, dimension, initialisations.talk(dimension), random),
    inputs: pointsOf(cube, seen, (corner) => offset * labels[corner]!),
    objective: binaryObjective(
      logistic,
      balancedOutputs(width),
      Int8Array.from(seen, (corner) => labels[corner]!),
    ),
    // ‖x‖² is about d/4: a step moves an output by about one at first.
    stepSize: (4 * width) / dimension,
    steps,
  });
  const scores = (last: (corner: number) => number): number[] => {
    const every = Int32Array.from({ length: cube.rows }, (_, i) => i);
    const values = preactivations(layer, pointsOf(cube, every, last));
    return Array.from(every, (i) =>
      row(values, i).reduce((sum, p, r) => sum + (r < width ? 1 : -1) * Math.max(0, p), 0),
    );
  };
  const [clean, moved] = [scores((corner) => offset * labels[corner]!), scores(() => 0)];
  return { clean: (corner) => clean[corner]!, moved: (corner) => moved[corner]! };
}

/**
 * The smallest M such that the first M of a stream of random ReLU neurons separate the labels at the corners: features are
 * nested, so that what M separate M + 1 do. By bisection.
 */
function robustWidth(cube: Matrix, labels: Int8Array, random: Random): number {
  const count = cube.rows;
  const neuron = new Float64Array(cube.columns);
  // N dimensions separate any labels of points in general position, which features with zeros are not quite.
  const most = 2 * count;
  const features = matrix(count, most);
  for (let r = 0; r < most; r++) {
    random.gaussians(neuron);
    const bias = 0.5 * random.gaussian();
    for (let i = 0; i < count; i++) {
      features.data[i * most + r] = Math.max(0, dot(row(cube, i), neuron) + bias);
    }
  }
  const separates = (width: number): boolean => {
    const part = matrix(count, width);
    for (let i = 0; i < count; i++) row(part, i).set(row(features, i).subarray(0, width));
    return hardMargin(signedSamples(part, labels)).kind === 'separable';
  };
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (separates(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Σ_i φ_i max(⟨u_i, u⟩ − (d−1)/4 + ¼, 0), and its radius at the first corners. */
function bumpRadii(cube: Matrix, labels: Int8Array): Measurements {
  const network: Network = {
    weights: cube,
    biases: new Float64Array(cube.rows).fill(0.25 - cube.columns / 4),
    readout: { kind: 'linear', outputs: Float64Array.from(labels) },
  };
  const promised = 1 / (2 * norm(row(cube, 0)) * 2);
  let [error, least] = [0, Infinity];
  for (let i = 0; i < Math.min(bumpsTested, cube.rows); i++) {
    const { lower, upper } = exactRadius({
      network,
      input: row(cube, i),
      label: labels[i]!,
      ambient: cube.columns,
    });
    error = Math.max(error, Math.abs(lower / promised - 1), Math.abs(upper / promised - 1));
    least = Math.min(least, lower);
  }
  return { bumpRadius: least, bumpRadiusError: error };
}
