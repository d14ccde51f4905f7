/** As in src/ball.ts: rescaling rounds, and stays inside. */
const justInside: f64 = 1 - 2.220446049250313e-16;

// @ts-ignore: decorator
@inline
function sum(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** See `AttackKernel.descend`: `row` is the stride of `gram` in bytes, `state` holds ‖δ‖², κ, τ and the margin. */
export function descend(
  gram: usize, width: i32, stride: i32, outputs: usize, size: i32,
  start: usize, moved: usize, trail: usize, slopes: usize, pull: usize, wanted: usize, state: usize,
  radius: f64, alpha: f64, steps: i32,
): i32 {
  const row = (<usize>stride) << 3;
  const zero = f64x2.splat(0);
  let squared = load<f64>(state);
  let kept = load<f64>(state, 8);
  let along = load<f64>(state, 16);
  let margin: f64 = 0;
  let base: f64 = 0;
  let steep: f64 = 0;
  let share: f64 = 0;
  let shrink: f64 = 1;
  let twice: f64 = 0;
  let drop: f64 = 0;
  const inner = radius * justInside;
  let pace: f64 = 0;
  let fresh = true;
  let step = 0;
  for (; ; step++) {
    const by = f64x2.splat(shrink);
    const back = f64x2.splat(pace);
    let other = zero;
    for (let at: usize = 0; at < row; at += 16) {
      const d = f64x2.mul(by, f64x2.sub(v128.load(moved + at), f64x2.mul(back, v128.load(pull + at))));
      v128.store(moved + at, d);
      const z = f64x2.add(v128.load(start + at), d);
      const w = v128.and(f64x2.gt(z, zero), v128.load(outputs + at));
      other = v128.or(other, f64x2.ne(w, v128.load(slopes + at)));
    }
    let turned = fresh || v128.any_true(other);
    if (size > 0) turned = keepTops(width, size, outputs, start, moved, wanted, slopes) || fresh;
    if (turned) {
      fresh = false;
      if (size == 0) {
        for (let at: usize = 0; at < row; at += 16) {
          const z = f64x2.add(v128.load(start + at), v128.load(moved + at));
          v128.store(wanted + at, v128.and(f64x2.gt(z, zero), v128.load(outputs + at)));
        }
      }
      const rest = f64x2.splat(along / kept);
      for (let at: usize = 0; at < row; at += 16) {
        v128.store(trail + at, f64x2.add(v128.load(trail + at), f64x2.mul(rest, v128.load(slopes + at))));
      }
      along = 0;
      for (let r = 0; r < width; r++) {
        const here = (<usize>r) << 3;
        const want = load<f64>(wanted + here);
        const change = want - load<f64>(slopes + here);
        if (change == 0) continue;
        store<f64>(slopes + here, want);
        const line = gram + <usize>r * row;
        const factor = f64x2.splat(change);
        for (let at: usize = 0; at < row; at += 16) {
          v128.store(pull + at, f64x2.add(v128.load(pull + at), f64x2.mul(factor, v128.load(line + at))));
        }
      }
      let g = zero;
      let b = zero;
      let s = zero;
      for (let at: usize = 0; at < row; at += 16) {
        const c = v128.load(slopes + at);
        g = f64x2.add(g, f64x2.mul(c, v128.load(pull + at)));
        b = f64x2.add(b, f64x2.mul(c, v128.load(start + at)));
        s = f64x2.add(s, f64x2.mul(c, v128.load(moved + at)));
      }
      steep = sum(g);
      base = sum(b);
      share = sum(s);
      pace = alpha / sqrt(steep);
      twice = 2 * pace;
      drop = pace * steep;
    }
    margin = base + share;
    if (!(margin > 0) || step == steps || !(steep > 0)) break;
    // ‖δ − s g‖² = ‖δ‖² − 2 s ⟨δ, g⟩ + α² for s = α/‖g‖; ⟨δ, g⟩ = Σ c_r d_r falls by s ‖g‖² while c stays.
    const longer = squared + alpha * alpha - twice * share;
    if (longer > radius * radius) {
      shrink = inner / sqrt(longer);
      squared = inner * inner;
    } else {
      shrink = 1;
      squared = longer > 0 ? longer : 0;
    }
    kept = shrink * kept;
    along = shrink * (along - pace);
    share = shrink * (share - drop);
  }
  store<f64>(state, squared);
  store<f64>(state, kept, 8);
  store<f64>(state, along, 16);
  store<f64>(state, margin, 24);
  return step;
}

/** The slopes wanted are those of the top own group and the top rival group; says whether they differ from `slopes`. */
function keepTops(
  width: i32, size: i32, outputs: usize, start: usize, moved: usize, wanted: usize, slopes: usize,
): bool {
  let own = -1;
  let rival = -1;
  let highest: f64 = 0;
  let threat: f64 = 0;
  for (let first = 0; first < width; first += size) {
    let sum: f64 = 0;
    for (let r = first; r < first + size; r++) {
      const at = (<usize>r) << 3;
      const z = load<f64>(start + at) + load<f64>(moved + at);
      sum += z > 0 ? z : 0;
    }
    if (load<f64>(outputs + ((<usize>first) << 3)) > 0) {
      if (own < 0 || sum > highest) {
        own = first;
        highest = sum;
      }
    } else if (rival < 0 || sum > threat) {
      rival = first;
      threat = sum;
    }
  }
  let turned = false;
  for (let first = 0; first < width; first += size) {
    const counts = first == own || first == rival;
    for (let r = first; r < first + size; r++) {
      const at = (<usize>r) << 3;
      const on = counts && load<f64>(start + at) + load<f64>(moved + at) > 0;
      const want = on ? load<f64>(outputs + at) : 0;
      store<f64>(wanted + at, want);
      if (want != load<f64>(slopes + at)) turned = true;
    }
  }
  return turned;
}
