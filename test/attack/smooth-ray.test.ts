import { crossing } from '@marginalia/attack';
import { matrix, preactivations, score, timesTransposed, type GroupReadout } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { groupTarget } from '../arbitraries/target.js';
import { scaleOf } from './brute-radius.js';

const lse = (...classes: number[]): GroupReadout => ({
  kind: 'lse',
  classes: Int8Array.from(classes),
  size: 1,
});

/**
 * By 32 samples between two kinks, and bisection where one of them is at most `level`, 0 or less: an oracle that may be
 * late.
 */
function sampled(
  readout: GroupReadout,
  label: number,
  start: Float64Array,
  slope: Float64Array,
  level = 0,
): number {
  const margin = (t: number): number =>
    label *
    score(
      readout,
      start.map((value, r) => Math.max(0, value + t * slope[r]!)),
    );
  const kinks = Array.from(start, (value, r) => -value / slope[r]!)
    .filter((t) => t > 0 && Number.isFinite(t))
    .toSorted((a, b) => a - b);
  const ends = [0, ...kinks, 1e3 * (1 + (kinks.at(-1) ?? 0))];
  if (!(margin(0) > 0)) return 0;
  for (let i = 1; i < ends.length; i++) {
    let low = ends[i - 1]!;
    const step = (ends[i]! - low) / 32;
    for (let k = 0; k < 32; k++) {
      let high = low + step;
      if (margin(high) > level) {
        low = high;
        continue;
      }
      for (let round = 0; round < 60; round++) {
        const middle = (low + high) / 2;
        if (margin(middle) <= 0) high = middle;
        else low = middle;
      }
      return high;
    }
  }
  return Infinity;
}

describe('the first crossing of a log-sum-exp read-out', () => {
  it.each(['generic', 'degenerate'] as const)('is never later than samples find it (%s)', (position) => {
    const rays = groupTarget('lse', { width: 8, dimension: 4 }, position).chain((target) =>
      fc.tuple(fc.constant(target), vector(target.input.length), fc.constantFrom(0.1, 1, 30)),
    );
    let same = 0;
    fc.assert(
      fc.property(rays, ([{ network, ...point }, direction, loud]) => {
        const { readout } = network;
        if (readout.kind !== 'lse') return;
        // Loud nets are all but max, whose kinks samples fall between.
        const start = preactivations(network, matrix(1, point.input.length, point.input)).data.map(
          (value) => loud * value,
        );
        const slope = timesTransposed(matrix(1, direction.length, direction), network.weights).data.map(
          (value) => loud * value,
        );
        const reach = crossing(readout, point.label, start, slope);
        // A margin that tends to zero gets there by rounding, sooner or later.
        const dip = -1e-11 * loud * scaleOf({ network, ...point });
        const oracle = sampled(readout, point.label, start, slope, dip);
        const slack = 1e-9 * (1 + Math.min(oracle, 1e6));
        if (oracle < Infinity) expect(reach).toBeLessThanOrEqual(oracle + slack);
        if (Math.abs(reach - oracle) <= slack) same++;
        if (reach === Infinity) return;
        const noise = 1e-12 * loud * scaleOf({ network, ...point }) * (1 + reach);
        const at = start.map((value, r) => Math.max(0, value + reach * slope[r]!));
        expect(point.label * score(readout, at)).toBeLessThanOrEqual(noise);
      }),
      runs(400),
    );
    expect(same).toBeGreaterThan(200);
  });

  it('is found in a dip that 32 samples step over', () => {
    // Own scores 1010 − 990 t and 10 + 990 t meet between two samples, where log 2 more than either is too little.
    const [start, slope] = [Float64Array.of(1010, 10, 510.75), Float64Array.of(-990, 990, 0)];
    const readout = lse(1, 1, -1);
    expect(sampled(readout, 1, start, slope)).toBe(Infinity);
    const meet = 1000 / 1980;
    // 510 + log(2 cosh(990 (t − meet))) = 510.75.
    expect(crossing(readout, 1, start, slope)).toBeCloseTo(meet - Math.acosh(Math.exp(0.75) / 2) / 990, 10);
    start[2] = 510.69;
    expect(crossing(readout, 1, start, slope)).toBe(Infinity);
  });

  it('is found at a touch, to what rounding can tell, and in no time', () => {
    const readout = lse(1, 1, -1);
    for (const gap of [-1e-9, -1e-12, 0, 1e-12, 1e-9]) {
      const start = Float64Array.of(1010, 10, 510 + Math.LN2 + gap);
      const reach = crossing(readout, 1, start, Float64Array.of(-990, 990, 0));
      if (Math.abs(gap) < 1e-10) continue;
      expect(reach < Infinity).toBe(gap > 0);
    }
  });

  it('is told where no neuron switches any more', () => {
    // As fast as the rival: log(e^t + e³) = t + 1, and a margin that tends to log 2.
    const up = Float64Array.of(1, 0, 1);
    expect(crossing(lse(1, 1, -1), 1, Float64Array.of(1e-300, 3, 1), up)).toBeCloseTo(
      3 - Math.log(Math.E - 1),
      12,
    );
    expect(crossing(lse(1, 1, -1), 1, Float64Array.of(2, 3, 1), up)).toBe(Infinity);
    // Slower by far, and by a hair: t = (5 − log 1)/gap.
    for (const gap of [1, 1e-3, 1e-9]) {
      const reach = crossing(lse(1, -1), 1, Float64Array.of(6, 1), Float64Array.of(1 - gap, 1));
      expect(Math.abs((reach * gap) / 5 - 1)).toBeLessThan(1e-6);
    }
    expect(crossing(lse(1, -1), 1, Float64Array.of(6, 1), Float64Array.of(1, 1))).toBe(Infinity);
  });
});
