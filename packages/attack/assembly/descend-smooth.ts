import { exponential, logarithm } from '../../core/assembly/elementary';

/** As in src/ball.ts: rescaling rounds, and stays inside. */
const justInside: f64 = 1 - 2.220446049250313e-16;

// @ts-ignore: decorator
@inline
function sum(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** Σ of even places, Σ of odd places, of two arrays: one pair to each. */
// @ts-ignore: decorator
@inline
function sums(first: v128, second: v128): v128 {
  return f64x2.add(i8x16.shuffle(first, second, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
    i8x16.shuffle(first, second, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31));
}

/** See `AttackKernel.descendSmooth`: `sides` has `even` entries; the rest is as in `descend`. */
export function descendSmooth(
  gram: usize, width: i32, stride: i32, sides: usize, even: i32, size: i32,
  start: usize, moved: usize, trail: usize, slopes: usize, pull: usize, wanted: usize, state: usize,
  radius: f64, alpha: f64, steps: i32,
): i32 {
  const row = (<usize>stride) << 3;
  const ends = (<usize>even) << 3;
  const zero = f64x2.splat(0);
  const inner = radius * justInside;
  const many = <f64>size;
  let squared = load<f64>(state);
  let kept = load<f64>(state, 8);
  let margin: f64 = 0;
  let pace: f64 = 0;
  let shrink: f64 = 1;
  let step = 0;
  for (; ; step++) {
    const by = f64x2.splat(shrink);
    const back = f64x2.splat(pace);
    // f_j, and the highest of each side.
    let owns = zero;
    let rivals = zero;
    if (size == 1) {
      for (let at: usize = 0; at < row; at += 16) {
        const d = f64x2.mul(by, f64x2.sub(v128.load(moved + at), f64x2.mul(back, v128.load(pull + at))));
        v128.store(moved + at, d);
        const z = f64x2.add(v128.load(start + at), d);
        const f = v128.and(f64x2.gt(z, zero), z);
        v128.store(wanted + at, f);
        const mine = f64x2.gt(v128.load(sides + at), zero);
        owns = f64x2.max(owns, v128.and(mine, f));
        rivals = f64x2.max(rivals, v128.andnot(f, mine));
      }
    } else {
      for (let at: usize = 0; at < row; at += 16) {
        const d = f64x2.mul(by, f64x2.sub(v128.load(moved + at), f64x2.mul(back, v128.load(pull + at))));
        v128.store(moved + at, d);
      }
      store<f64>(wanted + ends - 8, 0);
      means(width, size, many, start, moved, wanted);
      for (let at: usize = 0; at < ends; at += 16) {
        const f = v128.load(wanted + at);
        const mine = f64x2.gt(v128.load(sides + at), zero);
        owns = f64x2.max(owns, v128.and(mine, f));
        rivals = f64x2.max(rivals, v128.andnot(f, mine));
      }
    }
    const own = max(f64x2.extract_lane(owns, 0), f64x2.extract_lane(owns, 1));
    const rival = max(f64x2.extract_lane(rivals, 0), f64x2.extract_lane(rivals, 1));
    // e^{f_j − top}, and their sums.
    const tops = f64x2.splat(own);
    const threats = f64x2.splat(rival);
    let o = zero;
    let v = zero;
    for (let here: usize = 0; here < ends; here += 16) {
      const side = v128.load(sides + here);
      const mine = f64x2.gt(side, zero);
      const e = exponential(f64x2.sub(v128.load(wanted + here), v128.bitselect(tops, threats, mine)));
      v128.store(wanted + here, e);
      o = f64x2.add(o, v128.and(mine, e));
      v = f64x2.add(v, v128.and(f64x2.lt(side, zero), e));
    }
    const both = sums(o, v);
    const logs = logarithm(both);
    margin = own + f64x2.extract_lane(logs, 0) - (rival + f64x2.extract_lane(logs, 1));
    if (!(margin > 0) || step == steps) break;
    // c_r, the softmax of its side shared by the neurons of a group that are on.
    const up = 1 / (many * f64x2.extract_lane(both, 0));
    const down = -1 / (many * f64x2.extract_lane(both, 1));
    if (size == 1) {
      const ups = f64x2.splat(up);
      const downs = f64x2.splat(down);
      for (let at: usize = 0; at < row; at += 16) {
        const mine = f64x2.gt(v128.load(sides + at), zero);
        const share = f64x2.mul(v128.load(wanted + at), v128.bitselect(ups, downs, mine));
        const z = f64x2.add(v128.load(start + at), v128.load(moved + at));
        v128.store(slopes + at, v128.and(f64x2.gt(z, zero), share));
      }
    } else shares(width, size, up, down, sides, start, moved, wanted, slopes);
    multiply(gram, width, row, slopes, pull);
    let g = zero;
    let s = zero;
    for (let at: usize = 0; at < row; at += 16) {
      const c = v128.load(slopes + at);
      g = f64x2.add(g, f64x2.mul(c, v128.load(pull + at)));
      s = f64x2.add(s, f64x2.mul(c, v128.load(moved + at)));
    }
    const steep = sum(g);
    if (!(steep > 0)) break;
    pace = alpha / sqrt(steep);
    // ‖δ − s g‖² = ‖δ‖² − 2 s ⟨δ, g⟩ + α² for s = α/‖g‖.
    const longer = squared + alpha * alpha - 2 * pace * sum(s);
    if (longer > radius * radius) {
      shrink = inner / sqrt(longer);
      squared = inner * inner;
    } else {
      shrink = 1;
      squared = longer > 0 ? longer : 0;
    }
    const rest = f64x2.splat(pace / kept);
    for (let at: usize = 0; at < row; at += 16) {
      v128.store(trail + at, f64x2.sub(v128.load(trail + at), f64x2.mul(rest, v128.load(slopes + at))));
    }
    kept = shrink * kept;
  }
  store<f64>(state, squared);
  store<f64>(state, kept, 8);
  store<f64>(state, 0, 16);
  store<f64>(state, margin, 24);
  return step;
}

/** f_j, the mean activation of each group. */
function means(width: i32, size: i32, many: f64, start: usize, moved: usize, wanted: usize): void {
  for (let first = 0, j: usize = 0; first < width; first += size, j += 8) {
    let total: f64 = 0;
    for (let r = first; r < first + size; r++) {
      const at = (<usize>r) << 3;
      const z = load<f64>(start + at) + load<f64>(moved + at);
      total += z > 0 ? z : 0;
    }
    store<f64>(wanted + j, total / many);
  }
}

/** A group's share to each of its neurons that is on. */
function shares(
  width: i32, size: i32, up: f64, down: f64,
  sides: usize, start: usize, moved: usize, wanted: usize, slopes: usize,
): void {
  for (let first = 0, j: usize = 0; first < width; first += size, j += 8) {
    const share = load<f64>(wanted + j) * (load<f64>(sides + j) > 0 ? up : down);
    for (let r = first; r < first + size; r++) {
      const at = (<usize>r) << 3;
      store<f64>(slopes + at, load<f64>(start + at) + load<f64>(moved + at) > 0 ? share : 0);
    }
  }
}

/** h = G c, row by row; rows of c_r = 0 are left out. */
function multiply(gram: usize, width: i32, row: usize, slopes: usize, pull: usize): void {
  for (let at: usize = 0; at < row; at += 16) v128.store(pull + at, f64x2.splat(0));
  for (let r: usize = 0; r < <usize>width; r++) {
    const slope = load<f64>(slopes + (r << 3));
    if (slope == 0) continue;
    const line = gram + r * row;
    const factor = f64x2.splat(slope);
    for (let at: usize = 0; at < row; at += 16) {
      v128.store(pull + at, f64x2.add(v128.load(pull + at), f64x2.mul(factor, v128.load(line + at))));
    }
  }
}
