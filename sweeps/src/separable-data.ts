/** Linearly separable data, as Z = (y_i x_i): Gaussian, the toy set of Soudry et al., and noise-free clusters. */
import {
  assignClusters,
  BadInput,
  matrix,
  norm,
  orthogonalClusters,
  row,
  signedSamples,
  type Matrix,
  type Random,
} from '@marginalia/core';

export const separableKinds = ['gaussian', 'clusters', 'toy'] as const;
export type SeparableKind = (typeof separableKinds)[number];

export interface SeparableSetting {
  readonly data: SeparableKind;
  readonly dimension: number;
  readonly samples: number;
  readonly clusters: number;
  readonly shift: number;
}

export interface SeparableData {
  /** Z, n × d. */
  readonly signed: Matrix;
  /** What ŵ and γ* must be, where it is known: noise-free clusters. */
  readonly known?: { readonly weights: Float64Array; readonly margin: number };
  readonly emptyClusters: number;
}

export function validateSeparable({ data, dimension, samples, clusters }: SeparableSetting): void {
  if (data === 'toy' && (dimension !== 2 || samples < 4)) {
    throw new BadInput({
      expected: 'the toy set in the plane, with its four support vectors at least',
      got: `dimension ${dimension}, samples ${samples}`,
      try: '--set data=toy dimension=2 samples=16',
    });
  }
  if (data === 'clusters' && (clusters > dimension || samples < clusters)) {
    throw new BadInput({
      expected: 'clusters ≤ dimension, and a sample of each',
      got: `clusters ${clusters}, dimension ${dimension}, samples ${samples}`,
      try: '--set data=clusters dimension=64 samples=40 clusters=8',
    });
  }
}

export function separableData(setting: SeparableSetting, random: Random): SeparableData {
  switch (setting.data) {
    case 'gaussian':
      return { signed: gaussian(setting, random), emptyClusters: 0 };
    case 'toy':
      return { signed: toy(setting, random), emptyClusters: 0 };
    case 'clusters':
      return centresAlone(setting, random);
  }
}

/** x ~ N(0, I/d), y = sign⟨u, x⟩ for a uniform unit u, then x ← x + shift·y·u: separable by u with margin ≥ shift. */
function gaussian({ dimension, samples, shift }: SeparableSetting, random: Random): Matrix {
  const teacher = random.stream('teacher').gaussians(new Float64Array(dimension));
  const length = norm(teacher);
  const inputs = matrix(samples, dimension);
  random.stream('inputs').gaussians(inputs.data, 1 / Math.sqrt(dimension));
  const labels = Int8Array.from({ length: samples }, (_, i) => {
    const x = row(inputs, i);
    const side = x.reduce((sum, value, l) => sum + value * teacher[l]!, 0) >= 0 ? 1 : -1;
    teacher.forEach((value, l) => (x[l]! += (side * shift * value) / length));
    return side;
  });
  return signedSamples(inputs, labels);
}

/**
 * Support vectors ±(½, 3/2), ±(3/2, ½), so that ŵ = (½, ½) and γ* = √2; the others drawn with margins above 3/2.
 * Source: Soudry et al., JMLR 2018, Figure 1. The other points of the figure are not published as numbers.
 */
function toy({ samples }: SeparableSetting, random: Random): Matrix {
  const points: number[] = [0.5, 1.5, 1.5, 0.5, -0.5, -1.5, -1.5, -0.5];
  const labels = Int8Array.from({ length: samples }, (_, i) => (i < 2 || (i >= 4 && i % 2 === 0) ? 1 : -1));
  for (let i = 4; i < samples; i++) {
    const along = 1.5 + 1.5 * random.uniform();
    const across = 2 * random.uniform() - 1;
    points.push(labels[i]! * (along + across), labels[i]! * (along - across));
  }
  return signedSamples(matrix(samples, 2, Float64Array.from(points)), labels);
}

/** n draws of k orthogonal centres of norm √d, half of them positive, without noise: copies of k rows. */
function centresAlone({ dimension, samples, clusters }: SeparableSetting, random: Random): SeparableData {
  const positive = Math.ceil(clusters / 2);
  const law = orthogonalClusters({ dimension, clusters, positive, noise: 0 }, random.stream('centres'));
  const assigned = assignClusters(law, samples, random.stream('assignment'));
  const inputs = matrix(samples, dimension);
  assigned.forEach((j, i) => row(inputs, i).set(row(law.centres, j)));
  const labels = Int8Array.from(assigned, (j) => law.classes[j]!);
  const weights = new Float64Array(dimension);
  law.classes.forEach((label, j) => {
    row(law.centres, j).forEach((value, l) => (weights[l]! += (label * value) / dimension));
  });
  return {
    signed: signedSamples(inputs, labels),
    known: { weights, margin: Math.sqrt(dimension / clusters) },
    emptyClusters: clusters - new Set(assigned).size,
  };
}
