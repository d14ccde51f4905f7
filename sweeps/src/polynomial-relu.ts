/**
 * Neurons φ_p(w, x) = max(⟨w, x⟩, 0)^p/‖w‖^{p−1}: with p = 1 gradient descent averages the subclasses of a class, with p ≥ 3
 * it keeps them apart, and only then is it robust.
 * Min & Vidal, ICML 2024 (arXiv 2405.15942).
 */
import { boundaryWalk, type DifferentiableMargin } from '@marginalia/attack';
import {
  clusterLaw,
  clusterLawLayer,
  dot,
  exponentialLog,
  homogeneous,
  matrix,
  norm,
  pivotedCholesky,
  prelu,
  Propagation,
  row,
  timesTransposed,
  train,
  wholePower,
  type ClusterLaw,
  type Homogeneous,
  type Matrix,
  type Random,
} from '@marginalia/core';
import { defineSweep, integer, real, sameData, type Setting } from '@marginalia/sweep';
import {
  median,
  preluAlignment,
  preluAveraged,
  preluAveragedRadius,
  preluDecoupled,
  preluDecoupledRadius,
  preluTargets,
  share,
  type Measurements,
} from '@marginalia/theory';

const axes = {
  power: integer('p of the neurons', { atLeast: 1, ...sameData }),
  dimension: integer('D, dimension of the inputs', { atLeast: 4 }),
  clusters: integer('K, number of subclasses, their centres orthonormal', { atLeast: 2 }),
  positiveClusters: integer('K_1, subclasses of the positive class', { atLeast: 1 }),
  samples: integer('n, training points', { atLeast: 2 }),
  noise: real('α: the noise of a point has length about α, beside centres of length 1', { atLeast: 0 }),
  width: integer('m, neurons of each sign', { atLeast: 1, ...sameData }),
  startScale: real('length of the initial weights, balanced by the output weights', {
    above: 0,
    ...sameData,
  }),
  steps: integer('T, steps of gradient descent whose size is set by the loss', { atLeast: 1, ...sameData }),
  testPoints: integer('fresh points on which radii are searched for', { atLeast: 1, ...sameData }),
} as const;

type PreluSetting = Setting<typeof axes>;

/** Of the loss: α₀ and the cap that keeps a step from overshooting, see `training`. */
const rule = { kind: 'loss-based', start: 0.1, grow: 1.2, shrink: 1.5, cap: 0.2, round: 10 } as const;

export default defineSweep({
  name: 'polynomial-relu',
  question: 'Do neurons of higher power keep subclasses apart, and is that what makes a net robust?',
  axes,
  values: {
    power: [1, 3],
    dimension: [1000],
    clusters: [6],
    positiveClusters: ({ clusters }) => Math.ceil(0.6 * clusters),
    samples: ({ clusters }) => 30 * clusters,
    noise: [0.1],
    width: [20],
    startScale: [2e-3],
    steps: [700],
    testPoints: [24],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'p = 1, 2, 3 at K = 4 and 6',
      values: { power: [1, 2, 3], clusters: [4, 6] },
      replicates: 3,
    },
    paper: {
      about: 'the published setting: D = 1000, K = 10, K_1 = 6, at several noises',
      values: {
        power: [1, 3],
        clusters: [10],
        positiveClusters: [6],
        samples: [1000],
        noise: [0.01, 0.1, 0.3],
        width: [100],
        steps: [2000],
      },
      replicates: 5,
    },
  },
  claims: [
    preluAlignment,
    preluAveraged,
    preluDecoupled,
    preluTargets,
    preluAveragedRadius,
    preluDecoupledRadius,
  ],
  headline: [
    'centreCosine',
    'meanCosine',
    'earlyCentreCosine',
    'targetError',
    'otherTargetError',
    'attackRadius',
    'trainMarginMin',
  ],
  cost: ({ samples, clusters, width, steps }) =>
    40 * steps * samples * width * (samples + clusters + 2 * width) + 1e8,
  memory: ({ samples, clusters, width }) =>
    8 * (4 * samples * (samples + clusters + 2 * width) + 20 * samples * width),
  run: (setting, random) => measure(setting, random),
});

function measure(setting: PreluSetting, random: Random): Measurements {
  const { power, dimension, clusters, positiveClusters, samples, noise, width, startScale, steps } = setting;
  const law = clusterLaw(
    { dimension, clusters, positive: positiveClusters, noise, samples, assignment: 'balanced' },
    random.stream('law'),
  );
  const neurons = 2 * width;
  const layer = clusterLawLayer(
    law,
    neurons,
    { weightDeviation: startScale / Math.sqrt(dimension), biasDeviation: 0 },
    random.stream('initialisation'),
  );
  const outputs = Float64Array.from(
    { length: neurons },
    (_, r) => (r < width ? 1 : -1) * norm(row(layer.weights, r)),
  );
  const inputs = unitScale(law.train.inputs, layer.weights.columns, dimension);
  const centres = unitScale(law.distribution.centres, layer.weights.columns, dimension);
  const early = { cosine: Number.NaN };
  const trained = train({
    network: homogeneous({ weights: [layer.weights, matrix(1, neurons, outputs)], activation: prelu(power) }),
    inputs,
    targets: law.train.labels,
    loss: exponentialLog,
    reduction: 'mean',
    rule,
    steps,
    probe: {
      start: early,
      fold: (state, { margins, network }) => {
        // The end of the alignment phase: directions have turned, and no margin has grown.
        const grown = margins.reduce((top, margin) => Math.max(top, margin), 0);
        if (grown < 0.5) state.cosine = cosinesOf(network, centres, law).centre;
        return state;
      },
    },
  });
  const { centre, mean, largest } = cosinesOf(trained.network, centres, law);
  const least = trained.margins.reduce((low, margin) => Math.min(low, margin), Infinity);
  const errors = targetErrors(trained.network, centres, law, random.stream('sphere'));
  const radii = attackRadii(setting, trained.network, centres, law, random.stream('test'));
  return {
    centreCosine: centre,
    meanCosine: mean,
    earlyCentreCosine: trained.folded.cosine,
    largestCentreCosine: largest,
    averagedTargetError: errors.averaged,
    decoupledTargetError: errors.decoupled,
    targetError: power === 1 ? errors.averaged : errors.decoupled,
    otherTargetError: power === 1 ? errors.decoupled : errors.averaged,
    trainMarginMin: least,
    trainLogLoss: trained.logLoss,
    attackRadius: median(radii),
    cleanAccuracy: share(radii, (radius) => radius > 0),
  };
}

/** Points of length about √d, as rows of unit length; zeros in the coordinates that weights alone have. */
function unitScale(of: Matrix, columns: number, dimension: number): Matrix {
  const scaled = matrix(of.rows, columns);
  for (let i = 0; i < of.rows; i++) {
    row(of, i).forEach((value, l) => (row(scaled, i)[l] = value / Math.sqrt(dimension)));
  }
  return scaled;
}

/** Σ_{k of a class} μ_k/‖·‖, the positive class first. */
function classMeans(centres: Matrix, { distribution }: ClusterLaw): Matrix {
  const means = matrix(2, centres.columns);
  distribution.classes.forEach((label, k) => {
    const into = row(means, label > 0 ? 0 : 1);
    row(centres, k).forEach((value, l) => (into[l]! += value));
  });
  for (let s = 0; s < 2; s++) {
    const size = norm(row(means, s));
    row(means, s).forEach((value, l) => (row(means, s)[l] = value / size));
  }
  return means;
}

/**
 * Over the neurons that carry 95 % of Σ |v_r| ‖w_r‖: medians of the largest cosine with a centre of the neuron's class,
 * and of the cosine with the mean of its class.
 */
function cosinesOf(
  network: Homogeneous,
  centres: Matrix,
  law: ClusterLaw,
): { readonly centre: number; readonly mean: number; readonly largest: number } {
  const [weights, outputs] = network.weights as readonly [Matrix, Matrix];
  const means = classMeans(centres, law);
  const neurons = Array.from({ length: weights.rows }, (_, r) => {
    const w = row(weights, r);
    const size = norm(w);
    const sign = outputs.data[r]! > 0 ? 1 : -1;
    let closest = -1;
    law.distribution.classes.forEach((label, k) => {
      if (label === sign) closest = Math.max(closest, dot(w, row(centres, k)) / size);
    });
    return {
      weight: Math.abs(outputs.data[r]!) * size,
      closest,
      mean: dot(w, row(means, sign > 0 ? 0 : 1)) / size,
    };
  }).toSorted((a, b) => b.weight - a.weight);
  const total = neurons.reduce((sum, { weight }) => sum + weight, 0);
  let carried = 0;
  const dominant = neurons.filter(({ weight }) => {
    const needed = carried < 0.95 * total;
    carried += weight;
    return needed;
  });
  return {
    centre: median(dominant.map(({ closest }) => closest)),
    mean: median(dominant.map(({ mean }) => mean)),
    largest: Math.max(...dominant.map(({ closest }) => closest)),
  };
}

const directions = 2000;

/**
 * 1 − cos²(f, F) over unit vectors of the span of the centres, for F = √K_1 σ(⟨μ̄_+, x⟩) − √K_2 σ(⟨μ̄_−, x⟩) to the power p, and for
 * F^{(p)} = Σ_+ σ^p(⟨μ_k, x⟩) − Σ_− σ^p(⟨μ_k, x⟩).
 */
function targetErrors(
  network: Homogeneous,
  centres: Matrix,
  law: ClusterLaw,
  random: Random,
): { readonly averaged: number; readonly decoupled: number } {
  const { classes } = law.distribution;
  const k = classes.length;
  const points = matrix(directions, centres.columns);
  const shares = matrix(directions, k, random.gaussians(new Float64Array(directions * k)));
  const averaged = new Float64Array(directions);
  const decoupled = new Float64Array(directions);
  const power = network.activation.kind === 'prelu' ? network.activation.power : 1;
  for (let i = 0; i < directions; i++) {
    const line = row(shares, i);
    const size = norm(line);
    const sums: [number, number] = [0, 0];
    for (let j = 0; j < k; j++) {
      const value = (line[j]! /= size);
      row(centres, j).forEach((entry, l) => (row(points, i)[l]! += value * entry));
      sums[classes[j]! > 0 ? 0 : 1] += value;
      decoupled[i]! += classes[j]! * wholePower(Math.max(0, value), power);
    }
    averaged[i] = wholePower(Math.max(0, sums[0]), power) - wholePower(Math.max(0, sums[1]), power);
  }
  const seen = new Propagation(network, points, new Int8Array(directions).fill(1));
  seen.forward();
  const unlike = (target: Float64Array): number => {
    const inner = dot(seen.margins, target);
    return 1 - (inner * inner) / (dot(seen.margins, seen.margins) * dot(target, target));
  };
  return { averaged: unlike(averaged), decoupled: unlike(decoupled) };
}

/** The smallest flips of fresh points that a walk along the boundary finds, in the span of the neurons. */
function attackRadii(
  { power, noise, testPoints }: PreluSetting,
  network: Homogeneous,
  centres: Matrix,
  law: ClusterLaw,
  random: Random,
): number[] {
  const [weights, outputs] = network.weights as readonly [Matrix, Matrix];
  const { distribution } = law;
  const k = distribution.classes.length;
  // Centres belong to the span, so that the walk may start towards them.
  const stacked = matrix(
    weights.rows + k,
    weights.columns,
    Float64Array.of(...weights.data, ...centres.data),
  );
  const { factor } = pivotedCholesky(timesTransposed(stacked, stacked));
  const coordinates = factor.columns;
  const drawn = random.stream('noise').gaussians(new Float64Array(testPoints * coordinates));
  const deviation = noise / Math.sqrt(distribution.dimension);
  const sizes = Float64Array.from({ length: weights.rows }, (_, r) => norm(row(factor, r)));
  const slopeOf = (r: number, p: number): number =>
    p > 0 && sizes[r]! > 0
      ? (outputs.data[r]! * power * wholePower(p, power - 1)) / wholePower(sizes[r]!, power - 1)
      : 0;
  return Array.from({ length: testPoints }, (_, i) => {
    const cluster = i % k;
    const label = distribution.classes[cluster]!;
    const centre = row(factor, weights.rows + cluster);
    const point = centre.map((value, l) => value + deviation * drawn[i * coordinates + l]!);
    const p = Float64Array.from({ length: weights.rows }, (_, r) => dot(row(factor, r), point));
    const at = (delta: Float64Array, r: number): number => p[r]! + dot(row(factor, r), delta);
    const margin: DifferentiableMargin = {
      dimension: coordinates,
      value: (delta) => {
        let sum = 0;
        for (let r = 0; r < p.length; r++) {
          const z = at(delta, r);
          if (z > 0) sum += (slopeOf(r, z) * z) / power;
        }
        return label * sum;
      },
      gradient: (delta, into) => {
        into.fill(0);
        for (let r = 0; r < p.length; r++) {
          const slope = label * slopeOf(r, at(delta, r));
          if (slope === 0) continue;
          const w = row(factor, r);
          for (let l = 0; l < into.length; l++) into[l]! += slope * w[l]!;
        }
      },
    };
    const universal = new Float64Array(coordinates);
    const starts: Float64Array[] = [universal];
    distribution.classes.forEach((side, j) => {
      const other = row(factor, weights.rows + j);
      other.forEach((value, l) => (universal[l]! -= label * side * value));
      if (side !== label) starts.push(other.map((value, l) => value - centre[l]!));
    });
    return boundaryWalk(margin, starts, { reach: 3 }).radius;
  });
}
