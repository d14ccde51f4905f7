/**
 * What a gradient attack lowers, and the gradient that it follows. The judge knows the margin alone.
 * `margin`: y f, whose gradient does not vanish on confident points. `cross-entropy`: −ℓ(y f), or −CE of the class scores
 * of an argmax net; its slope underflows at margins beyond 745, which masks it. `dlr`: the difference-of-logits ratio
 * (z_y − max_{i≠y} z_i)/(z_π1 − z_π3), targeted (z_y − z_t)/(z_π1 − (z_π3 + z_π4)/2) (Croce & Hein, ICML 2020, §4).
 */
import {
  BadInput,
  crossEntropy,
  dot,
  foremostRival,
  logistic,
  row,
  score,
  scoreGradient,
  type ArgmaxReadout,
  type Readout,
} from '@marginalia/core';
import { displaced, type Target } from './target.js';

export interface LossOptions {
  readonly loss?: 'margin' | 'cross-entropy' | 'dlr';
  /**
   * φ' of a neuron that is off, in the backward pass alone: 0 is the gradient, > 0 a surrogate that sees through dead
   * neurons (Athalye, Carlini & Wagner, ICML 2018, §4.1: backward pass by another function).
   */
  readonly leak?: number;
  /** The class to be reached, of an argmax net. */
  readonly rival?: number;
}

export interface LossAt {
  /** y f(x + δ) */
  readonly margin: number;
  /** What is to be lowered. */
  readonly loss: number;
}

/** Loss and margin at x + δ; the gradient of the loss in x into `into`. */
export function lossAt(
  target: Target,
  delta: Float64Array,
  { loss = 'margin', leak = 0, rival }: LossOptions,
  into: Float64Array,
): LossAt {
  const { network, label } = target;
  const width = network.biases.length;
  const x = displaced(target.input, delta);
  const p = new Float64Array(width);
  for (let r = 0; r < width; r++) p[r] = dot(row(network.weights, r), x) + network.biases[r]!;
  const hidden = p.map((value) => Math.max(0, value));
  const slopes = new Float64Array(width);
  const margin = label * score(network.readout, hidden);
  const value = slopesOf(network.readout, { label, margin, loss, rival }, hidden, slopes);
  into.fill(0);
  for (let r = 0; r < width; r++) {
    const slope = slopes[r]! * (p[r]! > 0 ? 1 : leak);
    if (slope === 0) continue;
    const weights = row(network.weights, r);
    for (let l = 0; l < into.length; l++) into[l]! += slope * weights[l]!;
  }
  return { margin, loss: value };
}

interface Asked {
  readonly label: number;
  readonly margin: number;
  readonly loss: 'margin' | 'cross-entropy' | 'dlr';
  readonly rival: number | undefined;
}

/** ∂loss/∂h into `into`; returns the loss. */
function slopesOf(readout: Readout, asked: Asked, hidden: Float64Array, into: Float64Array): number {
  const { label, margin, loss, rival } = asked;
  if (readout.kind === 'argmax') return classSlopes(readout, asked, hidden, into);
  if (loss === 'dlr' || rival !== undefined) refuse(loss, 2);
  scoreGradient(readout, hidden, into);
  const factor = label * (loss === 'margin' ? 1 : logistic.slope(margin));
  for (let r = 0; r < into.length; r++) into[r]! *= factor;
  return loss === 'margin' ? margin : -logistic.value(margin);
}

function classSlopes(
  readout: ArgmaxReadout,
  { loss, rival }: Asked,
  hidden: Float64Array,
  into: Float64Array,
): number {
  const { outputs, own } = readout;
  const classes = outputs.rows;
  const scores = Float64Array.from({ length: classes }, (_, j) => dot(row(outputs, j), hidden));
  const shares = new Float64Array(classes);
  let value: number;
  if (loss === 'cross-entropy') {
    // Towards a class: +CE on it is lowered; away from the own one: −CE.
    value = rival === undefined ? -crossEntropy(scores, own, shares) : crossEntropy(scores, rival, shares);
    if (rival !== undefined) for (let j = 0; j < classes; j++) shares[j]! *= -1;
  } else {
    const towards = rival ?? foremostRival(readout, hidden);
    value = scores[own]! - scores[towards]!;
    shares[own]! += 1;
    shares[towards]! -= 1;
    if (loss === 'dlr') value = perSpread(scores, value, shares, rival !== undefined);
  }
  into.fill(0);
  for (let j = 0; j < classes; j++) {
    if (shares[j] === 0) continue;
    const line = row(outputs, j);
    for (let r = 0; r < into.length; r++) into[r]! += shares[j]! * line[r]!;
  }
  return value;
}

/** N/D for the difference N with slopes `shares`, which become those of the quotient; N itself where D = 0. */
function perSpread(
  scores: Float64Array,
  difference: number,
  shares: Float64Array,
  targeted: boolean,
): number {
  if (scores.length < (targeted ? 4 : 3)) refuse('dlr', scores.length, targeted);
  const order = Array.from(scores, (_, j) => j).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const low = targeted ? [order[2]!, order[3]!] : [order[2]!];
  const spread = scores[order[0]!]! - low.reduce((sum, j) => sum + scores[j]!, 0) / low.length;
  if (!(spread > 0)) return difference;
  const ratio = difference / spread;
  for (let j = 0; j < shares.length; j++) shares[j]! /= spread;
  shares[order[0]!]! -= ratio / spread;
  for (const j of low) shares[j]! += ratio / spread / low.length;
  return ratio;
}

function refuse(loss: string, classes: number, targeted = true): never {
  const what = loss === 'dlr' ? (targeted ? 'a targeted dlr loss' : 'the dlr loss') : 'a rival class';
  throw new BadInput({
    expected: `an argmax net of at least ${loss === 'dlr' ? (targeted ? 4 : 3) : 2} classes for ${what}`,
    got: `${classes} classes${classes === 2 ? ', whose one difference of scores is the margin' : ''}`,
    try: 'the loss margin',
  });
}

/** What cannot be asked of this target is refused before anything runs. */
export function checkLoss({ network: { readout } }: Target, { loss, rival }: LossOptions): void {
  if (readout.kind !== 'argmax') {
    if (loss === 'dlr' || rival !== undefined) refuse(loss ?? 'margin', 2, rival !== undefined);
    return;
  }
  const least = loss === 'dlr' ? (rival === undefined ? 3 : 4) : 2;
  if (readout.outputs.rows < least) refuse(loss!, readout.outputs.rows, rival !== undefined);
  if (
    rival !== undefined &&
    !(Number.isInteger(rival) && rival >= 0 && rival < readout.outputs.rows && rival !== readout.own)
  ) {
    throw new BadInput({
      expected: `a rival from 0 to ${readout.outputs.rows - 1} other than ${readout.own}`,
      got: String(rival),
    });
  }
}
