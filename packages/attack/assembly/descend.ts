/** As in src/ball.ts: rescaling rounds, and stays inside. */
const justInside: f64 = 1 - 2.220446049250313e-16;

// @ts-ignore: decorator
@inline
function sum(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** As in src/kernel/plain.ts: what rounding may move a pre-activation by over a descent, relative to its terms. */
const slack: f64 = 1e-9;

/** See `AttackKernel.descend`: `row` is the stride of `gram` in bytes, `state` holds ‖δ‖², κ, τ and the margin. */
export function descend(
  gram: usize, width: i32, stride: i32, outputs: usize, size: i32, ownPull: usize, allPull: usize,
  start: usize, moved: usize, trail: usize, slopes: usize, pull: usize, wanted: usize, state: usize,
  radius: f64, alpha: f64, steps: i32, whole: i32,
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
  let still = false;
  let near: f64 = 1;
  let back: f64 = 0;
  let step = 0;
  for (; ; step++) {
    if (still) {
      near = shrink * near;
      back = shrink * (back + pace);
    } else {
      let turned = advance(row, outputs, start, moved, slopes, pull, shrink, pace) || fresh;
      if (size > 0) turned = keepTops(width, size, outputs, start, moved, wanted, slopes) || fresh;
      if (turned) {
        fresh = false;
        const rest = f64x2.splat(along / kept);
        for (let at: usize = 0; at < row; at += 16) {
          v128.store(trail + at, f64x2.add(v128.load(trail + at), f64x2.mul(rest, v128.load(slopes + at))));
        }
        along = 0;
        if (size == 0) want(row, outputs, ownPull, allPull, start, moved, slopes, pull, wanted);
        change(width, gram, row, slopes, pull, wanted);
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
        const long = sqrt(steep);
        pace = alpha / long;
        twice = 2 * pace;
        drop = pace * steep;
        still = size == 0 && calm(row, start, moved, pull, radius / long, radius / long + share / steep);
        if (still && whole == 0 && base - radius * long > slack * (abs(base) + radius * long)) {
          margin = base + share;
          break;
        }
      }
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
  if (still) {
    const by = f64x2.splat(near);
    const less = f64x2.splat(back);
    for (let at: usize = 0; at < row; at += 16) {
      const d = f64x2.mul(by, v128.load(moved + at));
      v128.store(moved + at, f64x2.sub(d, f64x2.mul(less, v128.load(pull + at))));
    }
  }
  store<f64>(state, squared);
  store<f64>(state, kept, 8);
  store<f64>(state, along, 16);
  store<f64>(state, margin, 24);
  return step;
}

/** d ← shrink · (d − s h): has a neuron switched? */
// @ts-ignore: decorator
@inline
function advance(
  row: usize, outputs: usize, start: usize, moved: usize, slopes: usize, pull: usize, shrink: f64, pace: f64,
): bool {
  const zero = f64x2.splat(0);
  const by = f64x2.splat(shrink);
  const less = f64x2.splat(pace);
  let other = zero;
  for (let at: usize = 0; at < row; at += 16) {
    const d = f64x2.mul(by, f64x2.sub(v128.load(moved + at), f64x2.mul(less, v128.load(pull + at))));
    v128.store(moved + at, d);
    const z = f64x2.add(v128.load(start + at), d);
    const w = v128.and(f64x2.gt(z, zero), v128.load(outputs + at));
    other = v128.or(other, f64x2.ne(w, v128.load(slopes + at)));
  }
  return v128.any_true(other);
}

/** The slopes wanted; slopes and pull of all own neurons, or of all neurons, where these are much nearer to them. */
function want(
  row: usize, outputs: usize, ownPull: usize, allPull: usize,
  start: usize, moved: usize, slopes: usize, pull: usize, wanted: usize,
): void {
  const zero = f64x2.splat(0);
  let here = i64x2.splat(0);
  let own = i64x2.splat(0);
  let all = i64x2.splat(0);
  for (let at: usize = 0; at < row; at += 16) {
    const output = v128.load(outputs + at);
    const z = f64x2.add(v128.load(start + at), v128.load(moved + at));
    const w = v128.and(f64x2.gt(z, zero), output);
    v128.store(wanted + at, w);
    here = i64x2.sub(here, f64x2.ne(w, v128.load(slopes + at)));
    own = i64x2.sub(own, f64x2.ne(w, v128.and(f64x2.gt(output, zero), output)));
    all = i64x2.sub(all, f64x2.ne(w, output));
  }
  const changed = i64x2.extract_lane(here, 0) + i64x2.extract_lane(here, 1);
  const fromOwn = i64x2.extract_lane(own, 0) + i64x2.extract_lane(own, 1);
  const fromAll = i64x2.extract_lane(all, 0) + i64x2.extract_lane(all, 1);
  // Copies cost as much as two rows.
  if (min(fromOwn, fromAll) + 2 >= changed) return;
  const ownNear = fromOwn <= fromAll;
  const known = ownNear ? ownPull : allPull;
  for (let at: usize = 0; at < row; at += 16) {
    const output = v128.load(outputs + at);
    v128.store(slopes + at, ownNear ? v128.and(f64x2.gt(output, zero), output) : output);
    v128.store(pull + at, v128.load(known + at));
  }
}

/** c ← wanted, and h = G c with it: four rows of G at a time. */
function change(width: i32, gram: usize, row: usize, slopes: usize, pull: usize, wanted: usize): void {
  let count = 0;
  let r0 = gram;
  let r1 = gram;
  let r2 = gram;
  let f0: f64 = 0;
  let f1: f64 = 0;
  let f2: f64 = 0;
  for (let r = 0; r < width; r++) {
    const here = (<usize>r) << 3;
    const next = load<f64>(wanted + here);
    const by = next - load<f64>(slopes + here);
    if (by == 0) continue;
    store<f64>(slopes + here, next);
    const line = gram + <usize>r * row;
    if (count == 0) {
      r0 = line;
      f0 = by;
    } else if (count == 1) {
      r1 = line;
      f1 = by;
    } else if (count == 2) {
      r2 = line;
      f2 = by;
    } else addRows(pull, row, r0, r1, r2, line, f0, f1, f2, by);
    count = (count + 1) & 3;
  }
  if (count > 0) {
    addRows(pull, row, r0, count > 1 ? r1 : r0, count > 2 ? r2 : r0, r0, f0, count > 1 ? f1 : 0, count > 2 ? f2 : 0, 0);
  }
}

/** into += Σ f_i rows_i. */
// @ts-ignore: decorator
@inline
function addRows(
  into: usize, row: usize, r0: usize, r1: usize, r2: usize, r3: usize, f0: f64, f1: f64, f2: f64, f3: f64,
): void {
  const c0 = f64x2.splat(f0);
  const c1 = f64x2.splat(f1);
  const c2 = f64x2.splat(f2);
  const c3 = f64x2.splat(f3);
  for (let at: usize = 0; at < row; at += 16) {
    const low = f64x2.add(f64x2.mul(c0, v128.load(r0 + at)), f64x2.mul(c1, v128.load(r1 + at)));
    const high = f64x2.add(f64x2.mul(c2, v128.load(r2 + at)), f64x2.mul(c3, v128.load(r3 + at)));
    v128.store(into + at, f64x2.add(v128.load(into + at), f64x2.add(low, high)));
  }
}

/**
 * While c stays, all δ to come lie in the triangle of δ, δ − far · g and −end · g, end = radius/‖g‖, far where the tangent
 * plane of the ball at −end · g is met: so c stays if no neuron switches at its corners.
 */
function calm(row: usize, start: usize, moved: usize, pull: usize, end: f64, far: f64): bool {
  const zero = f64x2.splat(0);
  const wide = f64x2.splat(slack);
  const last = f64x2.splat(end);
  const most = f64x2.splat(max(0, far));
  const reach = f64x2.splat(max(end, far));
  let doubt = zero;
  for (let at: usize = 0; at < row; at += 16) {
    const p = v128.load(start + at);
    const d = v128.load(moved + at);
    const h = v128.load(pull + at);
    const size = f64x2.add(f64x2.add(f64x2.abs(p), f64x2.abs(d)), f64x2.mul(reach, f64x2.abs(h)));
    const spare = f64x2.mul(wide, size);
    const z0 = f64x2.add(p, d);
    const z1 = f64x2.sub(z0, f64x2.mul(most, h));
    const z2 = f64x2.sub(p, f64x2.mul(last, h));
    const least = f64x2.min(z0, f64x2.min(z1, z2));
    const top = f64x2.max(z0, f64x2.max(z1, z2));
    const certain = v128.or(f64x2.gt(least, spare), f64x2.lt(top, f64x2.neg(spare)));
    // Where all terms are zero, as behind an odd last neuron, nothing changes.
    doubt = v128.or(doubt, v128.not(v128.or(certain, f64x2.eq(size, zero))));
  }
  return !v128.any_true(doubt);
}

/**
 * See `AttackKernel.combine`. What most neurons of a side have in common goes through the pulls that are known, the rest
 * row by row.
 */
export function combine(
  gram: usize, width: i32, stride: i32, outputs: usize, size: i32, ownPull: usize, allPull: usize,
  q: usize, into: usize,
): i32 {
  const row = (<usize>stride) << 3;
  let own: f64 = 0;
  let rival: f64 = 0;
  if (size == 0) {
    own = common(width, outputs, q, 1);
    rival = common(width, outputs, q, -1);
    const mine = f64x2.splat(own - rival);
    const whole = f64x2.splat(rival);
    for (let at: usize = 0; at < row; at += 16) {
      const most = f64x2.add(f64x2.mul(mine, v128.load(ownPull + at)), f64x2.mul(whole, v128.load(allPull + at)));
      v128.store(into + at, f64x2.add(v128.load(into + at), most));
    }
  }
  let rows = 0;
  let r0 = gram;
  let r1 = gram;
  let r2 = gram;
  let f0: f64 = 0;
  let f1: f64 = 0;
  let f2: f64 = 0;
  for (let r = 0; r < width; r++) {
    const here = (<usize>r) << 3;
    const value = load<f64>(q + here);
    let by = value;
    if (size == 0) {
      const output = load<f64>(outputs + here);
      by = value - (output > 0 ? own : rival) * output;
    }
    if (abs(by) <= slip * abs(value)) continue;
    const line = gram + <usize>r * row;
    const count = rows & 3;
    if (count == 0) {
      r0 = line;
      f0 = by;
    } else if (count == 1) {
      r1 = line;
      f1 = by;
    } else if (count == 2) {
      r2 = line;
      f2 = by;
    } else addRows(into, row, r0, r1, r2, line, f0, f1, f2, by);
    rows++;
  }
  const count = rows & 3;
  if (count > 0) {
    addRows(into, row, r0, count > 1 ? r1 : r0, count > 2 ? r2 : r0, r0, f0, count > 1 ? f1 : 0, count > 2 ? f2 : 0, 0);
  }
  return rows;
}

/** What a ratio q_r/a_r loses when it is taken and undone. */
const slip: f64 = 4.440892098500626e-16;

/** The ratio q_r/a_r that more than half of the neurons of a side share, if one does (Boyer & Moore 1991). */
function common(width: i32, outputs: usize, q: usize, side: f64): f64 {
  let ratio: f64 = 0;
  let votes = 0;
  for (let r = 0; r < width; r++) {
    const here = (<usize>r) << 3;
    const output = load<f64>(outputs + here);
    if (!(side * output > 0)) continue;
    const value = load<f64>(q + here);
    if (votes == 0) {
      ratio = value / output;
      votes = 1;
    } else votes += abs(value - ratio * output) <= slip * abs(value) ? 1 : -1;
  }
  return ratio;
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
