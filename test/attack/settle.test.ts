import {
  branchAndBound,
  contestOf,
  exactRadii,
  exactRadius,
  LeastDistance,
  marginAt,
  settledRadii,
  Settling,
  spanOf,
  type Contest,
  type Span,
  type Target,
} from '@marginalia/attack';
import {
  dot,
  gram,
  matrix,
  norm,
  preactivations,
  Random,
  row,
  timesTransposed,
  type Matrix,
} from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../arbitraries/runs.js';
import { groupTarget, linearTarget } from '../arbitraries/target.js';
import { trained } from '../arbitraries/trained.js';
import { scaleOf } from './brute-radius.js';

/** Both methods close their intervals to 1e-9. */
const tolerance = 3e-9;

const clean = (target: Target): number => marginAt(target, new Float64Array(target.input.length));

function settledAt(target: Target): ReturnType<ReturnType<typeof settledRadii>> {
  const p = preactivations(target.network, matrix(1, target.input.length, target.input)).data;
  return settledRadii(target.network)(p, target.label, Infinity);
}

/** What settling proves is what branch and bound proves, and its displacement flips the net. */
function agrees(target: Target): 'settled' | 'unsettled' {
  const settled = settledAt(target);
  if (settled.kind === 'unsettled') return 'unsettled';
  const { lower, upper, delta, kind } = settled.radius;
  expect(kind).toBe('proved');
  expect(upper - lower).toBeLessThanOrEqual(1e-9 * upper);
  expect(norm(delta!)).toBeCloseTo(upper, 12);
  expect(marginAt(target, delta!)).toBeLessThanOrEqual(1e-14 * scaleOf(target) * (1 + upper));
  const other = branchAndBound(target);
  // Where branch and bound leaves an interval open, the radius is in it.
  expect(lower).toBeLessThanOrEqual(other.upper * (1 + tolerance));
  expect(other.lower).toBeLessThanOrEqual(upper * (1 + tolerance));
  return 'settled';
}

describe('settling and branch and bound agree', () => {
  const small = { width: 10, dimension: 5 };
  it.each([
    ['generic linear', linearTarget(small), 0.6],
    ['degenerate linear', linearTarget(small, 'degenerate'), 0.3],
    ['generic max', groupTarget('max', small), 0.4],
    ['degenerate max', groupTarget('max', small, 'degenerate'), 0.1],
  ] as const)('on %s read-outs', (_, targets, atLeast) => {
    const tally = { settled: 0, unsettled: 0 };
    fc.assert(
      fc.property(targets, (target) => {
        if (clean(target) > 1e-6 * scaleOf(target)) tally[agrees(target)]++;
      }),
      runs(300),
    );
    expect(tally.settled / (tally.settled + tally.unsettled)).toBeGreaterThan(atLeast);
  });

  it.each(['averaging', 'sum', 'max'] as const)(
    'on nets trained by descent (%s), and settles them all',
    (kind) => {
      const right = [1, 2, 3]
        .flatMap((key) => trained(kind, key).targets)
        .filter((target) => clean(target) > 0);
      expect(right.map(agrees)).toEqual(right.map(() => 'settled'));
    },
  );

  it('on wide nets whose own neurons sit at their kinks', () => {
    // Neurons apart, one a coordinate: an own neuron that is barely on is held at zero by the rivals' pull.
    for (let key = 0; key < 20; key++) {
      const random = Random.of(['apart', key]);
      const width = 10;
      const weights = matrix(width, width);
      for (let r = 0; r < width; r++) {
        random.gaussians(row(weights, r), 0.02);
        row(weights, r)[r]! += 1;
      }
      const outputs = Float64Array.from({ length: width }, (_, r) => (r % 2 === 0 ? 1 : -1));
      const input = random.gaussians(new Float64Array(width));
      input[0]! += 20;
      const network = {
        weights,
        biases: new Float64Array(width),
        readout: { kind: 'linear', outputs },
      } as const;
      expect(agrees({ network, input, label: 1, ambient: width })).toBe('settled');
    }
  });
});

/** A random contest and point: own neurons first. */
function randomContest(key: number, own: number, rivals: number, dimension: number) {
  const random = Random.of(['contest', key, own, rivals]);
  const n = own + rivals;
  const vectors = matrix(n, dimension, random.gaussians(new Float64Array(n * dimension)));
  const sides = Float64Array.from({ length: n }, (_, r) => (r < own ? 1 : -1));
  const p = random.gaussians(new Float64Array(n));
  for (let r = 0; r < own; r++) p[r]! += 2;
  const margin = p.reduce((sum, value, r) => sum + sides[r]! * Math.max(0, value), 0);
  return { contest: contestOf(vectors, gram(vectors).data, sides), p, margin };
}

/** min over all sets of rivals of the convex program's distance, each by cutting planes. */
function byEnumeration({ vectors, sides }: Contest, p: Float64Array): number {
  const n = sides.length;
  const rivals = [...sides.keys()].filter((r) => sides[r]! < 0);
  let least = Infinity;
  for (let set = 0; set < 2 ** rivals.length; set++) {
    const taken = (r: number): boolean => ((set >> rivals.indexOf(r)) & 1) === 1;
    const nearest = new LeastDistance(vectors.columns);
    let empty = false;
    for (let round = 0; round < 200 && !empty; round++) {
      const normal = new Float64Array(vectors.columns);
      let offset = 0;
      let value = 0;
      for (let r = 0; r < n; r++) {
        const z = p[r]! + dot(row(vectors, r), nearest.point);
        if (sides[r]! > 0 ? z <= 0 : !taken(r)) continue;
        value += sides[r]! * z;
        offset += sides[r]! * p[r]!;
        row(vectors, r).forEach((entry, l) => (normal[l]! -= sides[r]! * entry));
      }
      if (value <= 1e-13) break;
      empty = !nearest.add(normal, offset);
    }
    if (!empty) least = Math.min(least, norm(nearest.point));
  }
  return least;
}

describe('the proof', () => {
  it('is that of every set of rivals, enumerated one by one', () => {
    let settled = 0;
    for (let key = 0; key < 150; key++) {
      const rivals = 1 + (key % 8);
      const { contest, p, margin } = randomContest(key, 1 + (key % 4), rivals, 2 + (key % 7));
      if (!(margin > 0)) continue;
      const settling = new Settling(contest);
      if (settling.settle(p) !== 'settled') continue;
      settled++;
      const truth = byEnumeration(contest, p);
      expect(Math.abs(settling.radius - truth)).toBeLessThanOrEqual(1e-8 * truth);
    }
    expect(settled).toBeGreaterThan(110);
  });

  it('needs what rivals have in common: without the quadratic term it would call radii exact that are not', () => {
    let caught = 0;
    let right = 0;
    for (let key = 0; key < 150; key++) {
      const { contest, p, margin } = randomContest(key, 2, 6, 4);
      if (!(margin > 0)) continue;
      const doctored = new Settling({ ...contest, crowding: new Float64Array(8) });
      if (doctored.settle(p) !== 'settled') continue;
      const truth = byEnumeration(contest, p);
      if (doctored.lower > truth * (1 + 1e-6)) caught++;
      const honest = new Settling(contest);
      if (honest.settle(p) === 'settled' && honest.lower <= truth * (1 + 1e-9)) right++;
    }
    expect(caught).toBeGreaterThan(5);
    expect(right).toBeGreaterThan(100);
  });

  it('bounds from below also where it does not reach the flip', () => {
    let bounded = 0;
    for (let key = 0; key < 150; key++) {
      const { contest, p, margin } = randomContest(key, 3, 5, 4);
      if (!(margin > 0)) continue;
      const settling = new Settling(contest);
      settling.settle(p);
      const lower = settling.bracket(p);
      if (lower === undefined) continue;
      const truth = byEnumeration(contest, p);
      expect(lower).toBeLessThanOrEqual(truth * (1 + 1e-9));
      if (lower > truth / 2) bounded++;
    }
    expect(bounded).toBeGreaterThan(50);
  });

  it('does not claim what rounding decides', () => {
    // The own neuron and the rival differ by 1e-9: their difference has few digits left.
    for (const gap of [1e-7, 1e-9, 1e-12, 0]) {
      const vectors = matrix(2, 2, Float64Array.of(1, 0, 1, gap));
      const contest = contestOf(vectors, gram(vectors).data, Float64Array.of(1, -1));
      const settlement = new Settling(contest).settle(Float64Array.of(1, 0.5));
      if (gap > 1e-8) continue;
      expect(settlement).not.toBe('settled');
    }
  });

  it('says why it is none', () => {
    // A log-sum-exp read-out whose margin log 2 − log 2 + 0.5 is less than log 2.
    const close = {
      network: {
        weights: matrix(4, 1, Float64Array.of(1, 1, 1, 1)),
        biases: Float64Array.of(1, 1, 0.5, 0.5),
        readout: { kind: 'lse', classes: Int8Array.of(1, 1, -1, -1), size: 1 },
      },
      input: Float64Array.of(0),
      label: 1,
      ambient: 1,
    } as const;
    expect(settledAt(close)).toEqual({ kind: 'unsettled', why: 'level' });
    for (const scale of [1e-100, 1e100, Number.NaN]) {
      const weights = matrix(2, 1, Float64Array.of(scale, scale));
      const readout = { kind: 'linear', outputs: Float64Array.of(1, -1) } as const;
      const network = { weights, biases: Float64Array.of(1, 0), readout };
      expect(settledRadii(network)(Float64Array.of(1, 0), 1, 9)).toEqual({ kind: 'unsettled', why: 'range' });
    }
    const constant = {
      weights: matrix(1, 2),
      biases: Float64Array.of(1),
      readout: { kind: 'linear', outputs: Float64Array.of(1) },
    } as const;
    expect(settledRadii(constant)(Float64Array.of(1), 1, 9)).toEqual({ kind: 'unsettled', why: 'range' });
  });
});

describe('the level set that bounds log-sum-exp', () => {
  it('is as far as branch and bound says, and the flip beyond it one', () => {
    let settled = 0;
    fc.assert(
      fc.property(groupTarget('lse', { width: 8, dimension: 5 }), (target) => {
        if (!(marginAt(target, new Float64Array(target.input.length)) > 0)) return;
        const found = settledAt(target);
        if (found.kind === 'unsettled') return;
        settled++;
        const { kind, lower, upper, delta } = found.radius;
        const searched = branchAndBound(target);
        expect(kind).toBe('open');
        expect(Math.abs(lower - searched.lower)).toBeLessThanOrEqual(2e-9 * searched.lower);
        expect(lower).toBeLessThanOrEqual(upper);
        expect(Math.hypot(...delta!)).toBeCloseTo(upper, 9);
        expect(marginAt(target, delta!)).toBeLessThanOrEqual(1e-12 * scaleOf(target) * (1 + upper));
      }),
      runs(400),
    );
    expect(settled).toBeGreaterThan(30);
  });

  it.each([1, 2, 3])('is settled on nets that descent trained (%i)', (key) => {
    for (const target of trained('lse', key).targets) {
      const found = settledAt(target);
      const searched = branchAndBound(target);
      if (found.kind === 'unsettled') {
        expect(found.why).toBe('level');
        continue;
      }
      expect(Math.abs(found.radius.lower / searched.lower - 1)).toBeLessThan(2e-9);
      // Fewer rays than branch and bound tries.
      expect(found.radius.upper).toBeLessThan(1.02 * searched.upper);
    }
  });
});

describe('the radii of many points', () => {
  const seen = (targets: readonly Target[]): { span: Span; products: Matrix; labels: number[] } => {
    const { network, input } = targets[0]!;
    const inputs = matrix(targets.length, input.length);
    targets.forEach((target, i) => row(inputs, i).set(target.input));
    return {
      span: spanOf(network),
      products: timesTransposed(inputs, network.weights),
      labels: targets.map(({ label }) => label),
    };
  };

  it.each(['averaging', 'sum', 'max', 'lse'] as const)('are those of each point (%s)', (kind) => {
    const { targets } = trained(kind, 5);
    const { span, products, labels } = seen(targets);
    const radii = exactRadii(span, products, labels);
    radii.forEach((radius, i) => {
      const alone = exactRadius(targets[i]!);
      expect(radius.kind).toBe(alone.kind);
      expect(Math.abs(radius.upper - alone.upper)).toBeLessThanOrEqual(1e-7 * alone.upper);
      if (radius.upper > 0) {
        const input = span.point(row(products, i));
        const here = { network: span.network, input, label: labels[i]!, ambient: span.ambient };
        expect(marginAt(here, radius.delta!)).toBeLessThanOrEqual(1e-13 * scaleOf(here));
      }
    });
  });

  it('do not depend on which points came before', () => {
    for (const kind of ['averaging', 'sum', 'max'] as const) {
      const { span, products, labels } = seen(trained(kind, 7).targets);
      const forwards = exactRadii(span, products, labels);
      const order = labels.map((_, i) => labels.length - 1 - i);
      const turned = matrix(products.rows, products.columns);
      order.forEach((from, to) => row(turned, to).set(row(products, from)));
      const backwards = exactRadii(
        span,
        turned,
        order.map((from) => labels[from]!),
      );
      expect(backwards.toReversed()).toEqual(forwards);
    }
  });

  it('are zero where the net is wrong or not a number', () => {
    const { span, products, labels } = seen(trained('averaging', 9).targets);
    const wrong = exactRadii(
      span,
      products,
      labels.map((label) => -label),
    );
    for (const radius of wrong) expect(radius).toMatchObject({ kind: 'proved', lower: 0, upper: 0 });
    products.data[0] = Number.NaN;
    expect(exactRadii(span, products, labels)[0]).toMatchObject({ kind: 'proved', upper: 0 });
  });
});
