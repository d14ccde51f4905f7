/**
 * The predictable plug-in empirical-Bernstein confidence sequence (Waudby-Smith & Ramdas 2024, Theorem 2, in their eq. 14 to
 * 16): of values in [0, 1], with μ̂ and σ̂² of the values before,
 *
 *   λ_i = min(√(2 log(2/α) / (σ̂²_{i−1} i log(1 + i))), ½),   v_i = 4 (x_i − μ̂_{i−1})²,   ψ(λ) = (−log(1 − λ) − λ)/4,
 *   log E = Σ λ_i (x_i − m) − Σ v_i ψ(λ_i) against "mean ≤ m".
 *
 * A closed interval a value, where betting solves an equation; wider, and it sees the order of the values.
 */
import { BadInput } from '@marginalia/core';
import type { Range } from './betting-mean.js';
import type { Method } from './method.js';

/** The α that the λ are tuned to; the interval is valid at any other. */
const tuned = 0.05;

/** Throws BadInput for a range without two finite ends, and for a value outside it. */
export function empiricalBernsteinMean({ least, most }: Range): Method {
  if (!Number.isFinite(most - least) || most <= least) {
    throw new BadInput({ expected: 'a range with two finite ends', got: `${least} to ${most}` });
  }
  const sums = (values: readonly number[]) => {
    let [weight, weighted, price] = [0, 0, 0];
    let [total, squares] = [0.5, 0.25];
    values.forEach((value, before) => {
      const x = (value - least) / (most - least);
      if (!(x >= 0 && x <= 1)) {
        throw new BadInput({ expected: `values from ${least} to ${most}`, got: String(value) });
      }
      const i = before + 1;
      // μ̂ and σ̂² begin as if one value had been ½, and its square deviation ¼: their eq. 15.
      const variance = squares / i;
      const lambda = Math.min(Math.sqrt((2 * Math.log(2 / tuned)) / (variance * i * Math.log1p(i))), 0.5);
      const guess = total / i;
      price += (x - guess) ** 2 * (-Math.log1p(-lambda) - lambda);
      weight += lambda;
      weighted += lambda * x;
      total += x;
      squares += (x - total / (i + 1)) ** 2;
    });
    return { weight, weighted, price };
  };
  const oneSided =
    (sign: 1 | -1): Method['above'] =>
    (values, at, times = 1) => {
      const { weight, weighted, price } = sums(values);
      return times * (sign * (weighted - (weight * (at - least)) / (most - least)) - price);
    };
  return {
    name: 'empirical-bernstein',
    target: 'the mean',
    assumes: 'a known range',
    validity: 'anytime',
    ordered: true,
    sides: 'split',
    above: oneSided(1),
    below: oneSided(-1),
    interval: (values, alpha) => {
      if (values.length === 0) return [least, most];
      const { weight, weighted, price } = sums(values);
      const [centre, half] = [weighted / weight, (Math.log(2 / alpha) + price) / weight];
      const unscaled = (x: number): number => least + (most - least) * Math.min(1, Math.max(0, x));
      return [unscaled(centre - half), unscaled(centre + half)];
    },
  };
}
