// @ts-ignore: decorator
@inline
function sum(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** See `AttackKernel.alongRay`: `bytes` are those of a row, `sums` holds A, A′, B, B′. */
export function alongRay(
  outputs: usize, start: usize, slope: usize, bytes: usize, t: f64, sums: usize,
): void {
  const zero = f64x2.splat(0);
  const by = f64x2.splat(t);
  let own = zero;
  let ownRate = zero;
  let rival = zero;
  let rivalRate = zero;
  for (let at: usize = 0; at < bytes; at += 16) {
    const speed = v128.load(slope + at);
    const z = f64x2.add(v128.load(start + at), f64x2.mul(by, speed));
    const on = v128.or(f64x2.gt(z, zero), v128.and(f64x2.eq(z, zero), f64x2.gt(speed, zero)));
    const output = v128.load(outputs + at);
    const up = v128.and(v128.and(on, f64x2.gt(output, zero)), output);
    const down = v128.and(v128.and(on, f64x2.lt(output, zero)), output);
    own = f64x2.add(own, f64x2.mul(up, z));
    ownRate = f64x2.add(ownRate, f64x2.mul(up, speed));
    rival = f64x2.sub(rival, f64x2.mul(down, z));
    rivalRate = f64x2.sub(rivalRate, f64x2.mul(down, speed));
  }
  store<f64>(sums, sum(own));
  store<f64>(sums, sum(ownRate), 8);
  store<f64>(sums, sum(rival), 16);
  store<f64>(sums, sum(rivalRate), 24);
}

/** See `AttackKernel.kinksAround`. */
export function kinksAround(
  start: usize, slope: usize, bytes: usize, clear: f64, reach: f64, ends: usize,
): i32 {
  const zero = f64x2.splat(0);
  const infinity = f64x2.splat(Infinity);
  const low = f64x2.splat(clear);
  const high = f64x2.splat(reach);
  let before = zero;
  let behind = infinity;
  let inside = i64x2.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const kink = f64x2.neg(f64x2.div(v128.load(start + at), v128.load(slope + at)));
    const early = v128.and(f64x2.gt(kink, zero), f64x2.le(kink, low));
    const late = v128.and(f64x2.gt(kink, high), f64x2.lt(kink, infinity));
    before = f64x2.max(before, v128.and(early, kink));
    behind = f64x2.min(behind, v128.bitselect(kink, infinity, late));
    inside = i64x2.sub(inside, v128.and(f64x2.gt(kink, low), f64x2.le(kink, high)));
  }
  store<f64>(ends, max(f64x2.extract_lane(before, 0), f64x2.extract_lane(before, 1)));
  store<f64>(ends, min(f64x2.extract_lane(behind, 0), f64x2.extract_lane(behind, 1)), 8);
  return <i32>(i64x2.extract_lane(inside, 0) + i64x2.extract_lane(inside, 1));
}
