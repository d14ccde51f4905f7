/**
 * Exact line search: where the margin first reaches zero along a ray. A ReLU net is piecewise linear there, its scores are.
 */
import { dot, duels, row, score, type GroupReadout, type Readout } from '@marginalia/core';
import { Ray } from './bracket.js';
import { plainAttackKernel } from './kernel/index.js';
import { SmoothRay } from './smooth-ray.js';
import type { Target } from './target.js';

/**
 * The smallest t ≥ 0 with y f(x + t v) ≤ 0, or Infinity; 0 where the margin at x is not a number. In closed form between
 * kinks for the linear and max read-outs; for `lse` see `smooth-ray`.
 */
export function firstCrossing(target: Target, direction: Float64Array): number {
  const { network, input, label } = target;
  const width = network.biases.length;
  const start = new Float64Array(width);
  const slope = new Float64Array(width);
  for (let r = 0; r < width; r++) {
    const weights = row(network.weights, r);
    start[r] = dot(weights, input) + network.biases[r]!;
    slope[r] = dot(weights, direction);
  }
  return crossing(network.readout, label, start, slope);
}

/** The same by pre-activations: p + t s for p at the point and s = W v. */
export function crossing(
  readout: Readout,
  label: number,
  start: Float64Array,
  slope: Float64Array,
  ray?: Ray,
): number {
  if (readout.kind !== 'linear') {
    const activations = start.map((value) => Math.max(0, value));
    if (!(label * score(readout, activations) > 0)) return 0;
    return firstZero(zeroWithin(readout, label, start, slope), 0, kinksOf(start, slope));
  }
  ray ??= new Ray(plainAttackKernel, start.length);
  const zero = zeroOfLinear(readout.outputs, label, start, slope);
  let margin = 0;
  for (let r = 0; r < start.length; r++) {
    margin += readout.outputs[r]! * Math.max(0, start[r]!);
    ray.outputs[r] = label * readout.outputs[r]!;
  }
  if (!(label * margin > 0)) return 0;
  ray.start.set(start);
  ray.slope.set(slope);
  const bracket = ray.bracket();
  const reach = bracket ? firstZero(zero, bracket.from, bracket.ends) : Infinity;
  if (reach < Infinity) return reach;
  const ends = kinksOf(start, slope);
  const first = certainlyPositive(ray.outputs, start, slope, ends);
  return firstZero(zero, first > 0 ? ends[first - 1]! : 0, ends.subarray(first));
}

/** The kinks beyond 0 in ascending order, and Infinity. */
function kinksOf(start: Float64Array, slope: Float64Array): Float64Array {
  const all = new Float64Array(start.length + 1);
  let count = 0;
  for (let r = 0; r < start.length; r++) {
    const kink = -start[r]! / slope[r]!;
    if (kink > 0 && Number.isFinite(kink)) all[count++] = kink;
  }
  all[count++] = Infinity;
  return all.subarray(0, count).sort();
}

/** Where the margin reaches zero in a segment that begins at `from`, as a step from there; Infinity where it does not. */
type ZeroWithin = (from: number, end: number) => number;

/** The first zero in segments that follow one another, or Infinity. */
function firstZero(zero: ZeroWithin, from: number, ends: Iterable<number>): number {
  for (const end of ends) {
    const step = zero(from, end);
    if (from + step <= end && step < Infinity) return from + step;
    from = end;
  }
  return Infinity;
}

/** Inside a segment each neuron is on or off; its middle says which. */
const middleOf = (from: number, end: number): number =>
  end === Infinity ? from + Math.max(1, from) : (from + end) / 2;

function zeroOfLinear(
  outputs: Float64Array,
  label: number,
  start: Float64Array,
  slope: Float64Array,
): ZeroWithin {
  return (from, end) => {
    const middle = middleOf(from, end);
    let [value, rate, gross] = [0, 0, 0];
    for (let r = 0; r < start.length; r++) {
      if (!(start[r]! + middle * slope[r]! > 0)) continue;
      value += outputs[r]! * Math.max(0, start[r]! + from * slope[r]!);
      const part = outputs[r]! * slope[r]!;
      rate += part;
      gross += Math.abs(part);
    }
    return zeroOfLine(label * value, aboveRounding(label * rate, gross));
  };
}

function zeroWithin(
  readout: Exclude<Readout, { readonly kind: 'linear' }>,
  label: number,
  start: Float64Array,
  slope: Float64Array,
): ZeroWithin {
  const width = start.length;
  const contenders = readout.kind === 'argmax' ? duels(readout) : [];
  const smooth = readout.kind === 'lse' ? new SmoothRay(readout, label) : undefined;
  const value = new Float64Array(width);
  const rate = new Float64Array(width);
  return (from, end) => {
    const middle = middleOf(from, end);
    for (let r = 0; r < width; r++) {
      const on = start[r]! + middle * slope[r]! > 0;
      value[r] = on ? Math.max(0, start[r]! + from * slope[r]!) : 0;
      rate[r] = on ? slope[r]! : 0;
    }
    if (readout.kind === 'argmax') return zeroOfDuels(contenders, value, rate);
    return smooth ? smooth.zero(value, rate, from, end - from) : zeroOfMax(readout, label, value, rate);
  };
}

/**
 * How many of the segments between kinks the margin crosses without coming near zero: it is linear on each, so its ends
 * tell. Sums are carried along from kink to kink, and a segment is passed over only far above their rounding.
 */
function certainlyPositive(
  outputs: Float64Array,
  start: Float64Array,
  slope: Float64Array,
  kinks: Float64Array,
): number {
  let value = 0;
  let rate = 0;
  let high = 0;
  let fast = 0;
  // By the order of their kinks, what each neuron adds when it switches.
  const order: number[] = [];
  for (let r = 0; r < start.length; r++) {
    const output = outputs[r]!;
    high += Math.abs(output * start[r]!);
    fast += Math.abs(output * slope[r]!);
    if (start[r]! > 0 || (start[r] === 0 && slope[r]! > 0)) {
      value += output * start[r]!;
      rate += output * slope[r]!;
    }
    const kink = -start[r]! / slope[r]!;
    if (kink > 0 && Number.isFinite(kink)) order.push(r);
  }
  order.sort((a, b) => -start[a]! / slope[a]! + start[b]! / slope[b]!);
  for (let i = 0; i < order.length; i++) {
    if (!(value + kinks[i]! * rate > 1e-9 * (high + kinks[i]! * fast))) return i;
    const r = order[i]!;
    const switched = slope[r]! > 0 ? outputs[r]! : -outputs[r]!;
    value += switched * start[r]!;
    rate += switched * slope[r]!;
  }
  return order.length;
}

/** A rate whose terms cancel to rounding is 0: it would put a crossing at the end of the numbers, where there is none. */
function aboveRounding(rate: number, gross: number): number {
  return Math.abs(rate) <= 2 ** -50 * gross ? 0 : rate;
}

/** Smallest t ≥ 0 with value + t · rate ≤ 0. */
function zeroOfLine(value: number, rate: number): number {
  if (value <= 0) return 0;
  return rate < 0 ? value / -rate : Infinity;
}

/** Smallest t ≥ 0 at which one of these linear read-outs is ≤ 0. */
function zeroOfDuels(contenders: readonly Float64Array[], value: Float64Array, rate: Float64Array): number {
  return contenders.reduce((first, outputs) => {
    const gross = rate.reduce((sum, speed, r) => sum + Math.abs(outputs[r]! * speed), 0);
    return Math.min(first, zeroOfLine(dot(outputs, value), aboveRounding(dot(outputs, rate), gross)));
  }, Infinity);
}

/** Smallest t ≥ 0 at which some rival group's score reaches all of the own groups'. */
function zeroOfMax(readout: GroupReadout, label: number, value: Float64Array, rate: Float64Array): number {
  const line = (of: Float64Array, group: number): number => {
    let sum = 0;
    for (let r = group * readout.size; r < (group + 1) * readout.size; r++) sum += of[r]!;
    return sum / readout.size;
  };
  let first = Infinity;
  readout.classes.forEach((side, rival) => {
    if (side === label) return;
    let low = 0;
    let high = Infinity;
    readout.classes.forEach((ownSide, own) => {
      if (ownSide !== label) return;
      const gap = line(value, own) - line(value, rival);
      const [ownSpeed, rivalSpeed] = [line(rate, own), line(rate, rival)];
      const speed = aboveRounding(ownSpeed - rivalSpeed, Math.abs(ownSpeed) + Math.abs(rivalSpeed));
      if (speed < 0) low = Math.max(low, gap / -speed);
      else if (gap > 0) high = speed === 0 ? -1 : Math.min(high, -gap / speed);
      else if (speed > 0) high = Math.min(high, -gap / speed);
    });
    if (low <= high) first = Math.min(first, low);
  });
  return first;
}
