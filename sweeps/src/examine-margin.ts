/** A moment of a trajectory examined: margins, alignment, and the multipliers that Lyu & Li read off the gradient. */
import {
  atParameters,
  degreeOfHomogeneity,
  dot,
  norm,
  Risk,
  row,
  type Homogeneous,
  type LogLoss,
} from '@marginalia/core';
import { normalisedMargin, rooted } from '@marginalia/theory';
import type { LabelledSet } from './margin-data.js';
import type { Checkpoint } from './watch-margin.js';

export interface Examined {
  /** γ̄, and q_min/∏_l ‖W_l‖ over the layers that are trained. */
  readonly margin: number;
  readonly productMargin: number;
  /** ρ. */
  readonly size: number;
  /** 1 − β, β = cos(θ, −∇𝓛). */
  readonly misalignment: number;
  /** |‖θ̃ − Σ λ_n ∇q_n(θ̃)‖² − 2‖θ̃‖²(1 − β)|/‖θ̃‖², the left side taken at θ̃ = θ/q_min^{1/L} itself. */
  readonly equalityError: number;
  /** Σ λ_n(q̃_n − 1) over (N/(eL)) γ̄^{−2/L}/log(1/𝓛). */
  readonly slackRatio: number;
}

export function examine(
  network: Homogeneous,
  { inputs, labels }: LabelledSet,
  loss: LogLoss,
  { theta, logLoss }: Pick<Checkpoint, 'theta' | 'logLoss'>,
): Examined {
  const degree = degreeOfHomogeneity(network);
  const here = new Risk({ network: atParameters(network, theta), inputs, targets: labels, loss });
  here.evaluate();
  const force = here.force();
  const size = norm(theta);
  const pull = norm(force);
  const { margins } = here.propagation;
  const least = margins.reduce((low, q) => Math.min(low, q), Infinity);
  const margin = normalisedMargin(least, size, degree);
  const beta = dot(theta, force) / (size * pull);

  const shrink = 1 / rooted(least, degree);
  const rescaled = theta.map((value) => value * shrink);
  const there = new Risk({ network: atParameters(network, rescaled), inputs, targets: labels, loss });
  there.evaluate();
  there.propagation.backward();
  const gradients = there.propagation.gradients();
  const residual = rescaled.slice();
  let slack = 0;
  // λ_n = q_min^{1−2/L} ρ |ℓ′(q_n)|/‖∇𝓛‖.
  const unit = least * shrink * shrink * (size / pull);
  here.pulls.forEach((share, n) => {
    const multiplier = unit * share;
    slack += multiplier * (there.propagation.margins[n]! - 1);
    const gradient = row(gradients, n);
    for (let l = 0; l < residual.length; l++) residual[l]! -= multiplier * gradient[l]!;
  });
  const length = size * shrink;
  const gap = dot(residual, residual) / (length * length);
  const bound = ((margins.length / (Math.E * degree)) * length * length) / -logLoss;
  return {
    margin,
    productMargin: least / productOfNorms(network, theta),
    size,
    misalignment: 1 - beta,
    equalityError: Math.abs(gap - 2 * (1 - beta)),
    slackRatio: slack / bound,
  };
}

function productOfNorms(network: Homogeneous, theta: Float64Array): number {
  return atParameters(network, theta).weights.reduce(
    (product, { data }, l) => (network.frozen.includes(l) ? product : product * norm(data)),
    1,
  );
}

/**
 * p‖v_r‖² − ‖w_r‖² of every hidden neuron between two trained layers, w_r into it and v_r out of it, φ of degree p:
 * gradient flow keeps it.
 */
export function imbalances({ weights, frozen, activation }: Homogeneous): number[] {
  const power = activation.kind === 'power' ? activation.power : 1;
  return weights.slice(1).flatMap((out, l) => {
    const into = weights[l]!;
    if (frozen.includes(l) || frozen.includes(l + 1)) return [];
    return Array.from({ length: into.rows }, (_, r) => {
      const w = row(into, r);
      let leaving = 0;
      for (let s = 0; s < out.rows; s++)
        leaving += out.data[s * out.columns + r]! * out.data[s * out.columns + r]!;
      return power * leaving - dot(w, w);
    });
  });
}
