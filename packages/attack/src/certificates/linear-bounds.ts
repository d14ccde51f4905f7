/**
 * Certificates by bounds of each neuron over the ball: z_r ∈ [l_r, u_r] = p_r ± radius ‖w_r‖_*, rounded outwards.
 * Interval bounds: Gowal et al. 2018 (arXiv 1810.12715). Linear bounds: Zhang et al. 2018 (CROWN, arXiv 1811.00866).
 */
import { row } from '@marginalia/core';
import type { Bound, Form } from './form.js';

/** Σ_{c > 0} c φ(l) − Σ_{c < 0} |c| φ(u). */
export const intervalBound: Bound = (form) => (radius) => {
  const { coefficients } = form;
  let sum = 0;
  for (let r = 0; r < coefficients.length; r++) {
    const coefficient = coefficients[r]!;
    if (coefficient === 0) continue;
    const { low, high } = reachOf(form, r, radius);
    sum += coefficient * Math.max(0, coefficient > 0 ? low : high);
  }
  return sum;
};

function reachOf({ layer }: Form, r: number, radius: number): { low: number; high: number } {
  const spread = radius * layer.sizes[r]!;
  const fuzz = layer.unit * (layer.gross[r]! + spread);
  return { low: layer.p[r]! - spread - fuzz, high: layer.p[r]! + spread + fuzz };
}

/** Sweeps of the slopes, one after the other, and halvings of each. */
const sweeps = 3;
const thirds = 24;

/**
 * A neuron that may switch is bounded from below (c > 0) by a line φ(z) ≥ αz with 0 ≤ α ≤ 1, and from above (c < 0) by the
 * chord φ(z) ≤ u (z − l)/(u − l). Then Σ c φ ≥ ⟨v, δ⟩ + constant, whose least over the ball is constant − radius ‖v‖_*.
 * Every choice of α holds. The best of five is kept: α = 0 (never below the interval bound), α = 1 where u ≥ −l (CROWN's
 * adaptive choice), α = u/(u − l) (parallel to the chord: Fast-Lin), α = 1 where the neuron is on at the point, and α = ½, where each neuron that may switch
 * costs at most ½ |c| radius ‖w‖_* of the value at the point, as in the local certificate with its spread summed. If it
 * certifies nothing, it is improved one slope at a time: the bound is concave in α.
 */
export const linearBound: Bound = (form) => {
  const { coefficients, layer } = form;
  const { weights, ball, p } = layer;
  const fixed = new Float64Array(weights.columns);
  const total = new Float64Array(weights.columns);
  return (radius) => {
    fixed.fill(0);
    let constant = 0;
    const free: { readonly r: number; readonly low: number; readonly high: number }[] = [];
    const addRow = (into: Float64Array, r: number, share: number): void => {
      const line = row(weights, r);
      for (let l = 0; l < into.length; l++) into[l]! += share * line[l]!;
    };
    for (let r = 0; r < coefficients.length; r++) {
      const coefficient = coefficients[r]!;
      if (coefficient === 0) continue;
      const { low, high } = reachOf(form, r, radius);
      if (high <= 0) continue;
      if (low < 0 && coefficient > 0) {
        free.push({ r, low, high });
        continue;
      }
      const slope = low < 0 ? high / (high - low) : 1;
      constant += coefficient * (low < 0 ? slope * (p[r]! - low) : p[r]!);
      addRow(fixed, r, coefficient * slope);
    }
    const worth = (slopes: readonly number[]): number => {
      total.set(fixed);
      let sum = constant;
      free.forEach(({ r }, i) => {
        if (slopes[i] === 0) return;
        sum += coefficients[r]! * slopes[i]! * p[r]!;
        addRow(total, r, coefficients[r]! * slopes[i]!);
      });
      return sum - radius * ball.dual(total);
    };
    const choices = [
      free.map(() => 0),
      free.map(({ low, high }) => (high >= -low ? 1 : 0)),
      free.map(({ low, high }) => high / (high - low)),
      free.map(({ r }) => (p[r]! > 0 ? 1 : 0)),
      free.map(() => 1 / 2),
    ];
    let best = worth(choices[0]!);
    let slopes = choices[0]!;
    for (const choice of choices.slice(1)) {
      const value = worth(choice);
      if (value > best) [best, slopes] = [value, choice];
    }
    for (let sweep = 0; sweep < sweeps && best <= 0; sweep++) {
      const before = best;
      for (let i = 0; i < free.length && best <= 0; i++) {
        // Ternary search of a concave function of one slope; the rest of v stays as it is.
        const at = (slope: number): number => worth(slopes.with(i, slope));
        let [low, high] = [0, 1];
        for (let round = 0; round < thirds; round++) {
          const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
          if (at(left) < at(right)) low = left;
          else high = right;
        }
        const slope = (low + high) / 2;
        const value = at(slope);
        if (value > best) [best, slopes] = [value, slopes.with(i, slope)];
      }
      if (!(best > before)) break;
    }
    return best;
  };
};
