/** Losses and their slopes for all samples at once. Sample vectors are padded to an even length. */
import { constant, exponential, logarithmOnePlus } from './elementary';

/** f_i += Σ_r a_r max(P_ri, 0) over `width` rows of P, `stride` bytes apart; `count` even. */
export function scores(p: usize, stride: usize, outputs: usize, width: i32, into: usize, count: i32): void {
  const end = into + ((<usize>count) << 3);
  const zero = constant(0);
  let r = 0;
  for (; r + 1 < width; r += 2) {
    const a = v128.load64_splat(outputs + ((<usize>r) << 3));
    const b = v128.load64_splat(outputs + ((<usize>r) << 3), 8);
    let x = p + <usize>r * stride;
    let y = x + stride;
    for (let at = into; at < end; at += 16, x += 16, y += 16) {
      const sum = f64x2.add(v128.load(at), f64x2.mul(a, f64x2.max(v128.load(x), zero)));
      v128.store(at, f64x2.add(sum, f64x2.mul(b, f64x2.max(v128.load(y), zero))));
    }
  }
  if (r < width) {
    const a = v128.load64_splat(outputs + ((<usize>r) << 3));
    let x = p + <usize>r * stride;
    for (let at = into; at < end; at += 16, x += 16) {
      v128.store(at, f64x2.add(v128.load(at), f64x2.mul(a, f64x2.max(v128.load(x), zero))));
    }
  }
}

/**
 * Scores f and labels ±1 into margins q = y f and pulls y |ℓ′(q)|; returns Σ ℓ(q), the logistic loss.
 * Entries beyond `count` (the padding of an odd count) are not summed.
 */
export function binaryBackward(f: usize, labels: usize, margins: usize, pulls: usize, count: i32): f64 {
  let total = constant(0);
  const one = constant(1);
  let last: f64 = 0;
  for (let i = 0; i < count; i += 2) {
    const at = (<usize>i) << 3;
    const y = v128.load(labels + at);
    const q = f64x2.mul(y, v128.load(f + at));
    const e = exponential(f64x2.neg(f64x2.abs(q)));
    const share = f64x2.div(v128.bitselect(e, one, f64x2.ge(q, constant(0))), f64x2.add(one, e));
    const loss = f64x2.add(f64x2.max(f64x2.neg(q), constant(0)), logarithmOnePlus(e));
    v128.store(margins + at, q);
    v128.store(pulls + at, f64x2.mul(y, share));
    if (i + 1 < count) total = f64x2.add(total, loss);
    else last = f64x2.extract_lane(loss, 0);
  }
  return f64x2.extract_lane(total, 0) + last + f64x2.extract_lane(total, 1);
}

/**
 * Class scores (classes × samples, rows `stride` bytes apart) and targets (as float64) into margins
 * f_target − max of the others and pulls 1[j = target] − softmax_j, which take the place of the scores;
 * returns Σ of the cross-entropies. The pull of the target is summed from the others, so that it keeps its digits.
 */
export function softmaxBackward(
  f: usize,
  stride: usize,
  classes: i32,
  targets: usize,
  margins: usize,
  count: i32,
): f64 {
  let total = constant(0);
  let last: f64 = 0;
  for (let i = 0; i < count; i += 2) {
    const at = (<usize>i) << 3;
    const target = v128.load(targets + at);
    let top = constant(-Infinity);
    let rival = constant(-Infinity);
    let own = constant(0);
    let x = f + at;
    for (let j = 0; j < classes; j++, x += stride) {
      const score = v128.load(x);
      const mine = f64x2.eq(target, constant(<f64>j));
      top = f64x2.max(top, score);
      own = v128.bitselect(score, own, mine);
      rival = f64x2.max(rival, v128.bitselect(constant(-Infinity), score, mine));
    }
    v128.store(margins + at, f64x2.sub(own, rival));
    let others = constant(0);
    let self = constant(0);
    x = f + at;
    for (let j = 0; j < classes; j++, x += stride) {
      const weight = exponential(f64x2.sub(v128.load(x), top));
      const mine = f64x2.eq(target, constant(<f64>j));
      v128.store(x, weight);
      self = v128.bitselect(weight, self, mine);
      others = f64x2.add(others, v128.andnot(weight, mine));
    }
    const sum = f64x2.add(others, self);
    x = f + at;
    for (let j = 0; j < classes; j++, x += stride) {
      const mine = f64x2.eq(target, constant(<f64>j));
      v128.store(x, f64x2.div(v128.bitselect(others, f64x2.neg(v128.load(x)), mine), sum));
    }
    // log of the sum: through the others alone where the target leads, so that a small loss keeps its digits.
    const leads = f64x2.eq(own, top);
    const beyond = v128.bitselect(others, f64x2.add(f64x2.sub(others, constant(1)), self), leads);
    const loss = f64x2.add(f64x2.sub(top, own), logarithmOnePlus(beyond));
    if (i + 1 < count) total = f64x2.add(total, loss);
    else last = f64x2.extract_lane(loss, 0);
  }
  return f64x2.extract_lane(total, 0) + last + f64x2.extract_lane(total, 1);
}
