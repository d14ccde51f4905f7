/** First crossings of linear read-outs, found from three sums, against all kinks one by one; and the sums themselves. */
import { attackWasmFile, crossing, plainAttackKernel, wasmAttackKernel } from '@marginalia/attack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { real, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';

interface Line {
  readonly outputs: Float64Array;
  readonly start: Float64Array;
  readonly slope: Float64Array;
}

const entries = (grid: number) => (width: number) =>
  fc.record({
    outputs: vector(width, real(2, grid)),
    start: vector(width, real(4, grid)),
    slope: vector(width, real(2, grid)),
  });
const widths = fc.integer({ min: 1, max: 40 });
/** Generic lines, and ones whose kinks, zeros and ties fall together. */
const lines: fc.Arbitrary<Line> = fc.oneof(widths.chain(entries(1009)), widths.chain(entries(1)));
/** As averaged nets have them: own neurons on and falling, rivals off and rising. */
const averaged: fc.Arbitrary<Line> = widths.chain(entries(1009)).map(({ outputs, start, slope }) => ({
  outputs,
  start: start.map((value, r) => (outputs[r]! > 0 ? Math.abs(value) + 0.1 : -Math.abs(value))),
  slope: slope.map((value, r) => (outputs[r]! > 0 ? -Math.abs(value) : Math.abs(value))),
}));

const marginOf =
  ({ outputs, start, slope }: Line) =>
  (t: number): number =>
    outputs.reduce((sum, output, r) => sum + output * Math.max(0, start[r]! + t * slope[r]!), 0);

/** Straight lines between neighbouring kinks, and one after the last, a unit long to be extended. */
function crossingByKinks(line: Line): number {
  const margin = marginOf(line);
  if (!(margin(0) > 0)) return 0;
  const kinks = Array.from(line.start, (value, r) => -value / line.slope[r]!)
    .filter((kink) => kink > 0 && kink < Infinity)
    .toSorted((a, b) => a - b);
  let from = 0;
  for (const to of [...kinks, Infinity]) {
    const end = to < Infinity ? to : from + 1;
    const [high, low] = [margin(from), margin(end)];
    const reach = from + ((end - from) * high) / (high - low);
    if (low < high && reach <= (to < Infinity ? to : 1e9)) return reach;
    from = end;
  }
  return Infinity;
}

describe('the first crossing along a line', () => {
  it.each([
    ['any net', lines],
    ['a net that falls', averaged],
  ])('is the first of all kinks’ segments that reaches zero: %s', (_, some) => {
    let found = 0;
    fc.assert(
      fc.property(some, (line) => {
        const reach = crossing({ kind: 'linear', outputs: line.outputs }, 1, line.start, line.slope);
        const expected = crossingByKinks(line);
        const margin = marginOf(line);
        if (reach > 0 && reach < Infinity) found++;
        // Where the margin only touches zero, or comes within rounding of it, the two may disagree.
        if (reach === expected || Math.abs(reach - expected) <= 1e-9 * (1 + Math.min(reach, expected)))
          return;
        const first = Math.min(reach, expected);
        expect(first < Infinity && Math.abs(margin(first)) < 1e-11 * (1 + first)).toBe(true);
      }),
      runs(1500),
    );
    expect(found).toBeGreaterThan(100);
  });

  it('sums alike in WebAssembly', () => {
    const wasm = wasmAttackKernel(attackWasmFile)!;
    fc.assert(
      fc.property(lines, real(8), real(8), (line, t, far) => {
        const [ours, theirs] = [plainAttackKernel, wasm].map((kernel) => {
          const padded = [line.outputs, line.start, line.slope].map((values) => {
            const array = kernel.floats(values.length + (values.length & 1));
            array.set(values);
            return array;
          }) as [Float64Array, Float64Array, Float64Array];
          const sums = kernel.floats(4);
          const ends = kernel.floats(2);
          kernel.alongRay(...padded, t, sums);
          const inside = kernel.kinksAround(
            padded[1],
            padded[2],
            Math.abs(t),
            Math.abs(t) + Math.abs(far),
            ends,
          );
          const found = { sums: Array.from(sums), ends: Array.from(ends), inside };
          for (const array of [...padded, sums, ends]) kernel.free(array);
          return found;
        });
        expect(theirs).toStrictEqual(ours);
      }),
      runs(400),
    );
  });
});
