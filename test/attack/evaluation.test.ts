import { evaluateAttacks, exactRadius, uniformNoise, type Armament, type Attack } from '@marginalia/attack';
import { BadInput, matrix, Random, row, type Network } from '@marginalia/core';
import { describe, expect, it } from 'vitest';

/** Three neurons on R^8: four coordinates of their span, and one more. */
const random = Random.of('evaluation test');
const network: Network = {
  weights: matrix(3, 8, random.stream('weights').gaussians(new Float64Array(24))),
  biases: random.stream('biases').gaussians(new Float64Array(3)),
  readout: { kind: 'linear', outputs: Float64Array.of(1, -1, 0.5) },
};
const inputs = matrix(4, 8, random.stream('inputs').gaussians(new Float64Array(32)));
const labels = [1, -1, 1, -1];

/** Notes what it is shown, and proposes to stay. */
function spy(name: string, symmetry?: string): Armament & { readonly shown: Set<string> } {
  const shown = new Set<string>();
  const make = (direction: Float64Array): Attack => ({
    name,
    balls: ['l2', 'linf', 'l1'],
    propose: ({ input, ambient }) => {
      shown.add(`${input.length} of ${ambient}, direction of ${direction.length}`);
      return new Float64Array(input.length);
    },
  });
  return { make, shown, ...(symmetry === undefined ? {} : { symmetry }) };
}

describe('attacks on many points', () => {
  it('see the span where rotations do not matter to them, and the points where they stand otherwise', async () => {
    const members = [
      spy('plain'),
      spy('turning', 'rotations'),
      spy('blocks', 'in law'),
      spy('signs', 'signed permutations'),
    ];
    await evaluateAttacks(network, inputs, labels, { norm: 'l2', attacks: members });
    const [span, full] = [['4 of 8, direction of 4'], ['8 of 8, direction of 8']];
    expect(members.map(({ shown }) => [...shown])).toEqual([span, span, full, full]);
    const flat = [spy('plain'), spy('blocks', 'in law')];
    await evaluateAttacks(network, inputs, labels, { norm: 'linf', attacks: flat });
    expect(flat.map(({ shown }) => [...shown])).toEqual([full, full]);
  });

  it('that move coordinates are refused in reduced ones, and only these', async () => {
    const reduced = { ...network, ambient: 100 };
    const turning = spy('turning', 'rotations');
    await evaluateAttacks(reduced, inputs, labels, { norm: 'l2', attacks: [turning] });
    expect([...turning.shown]).toEqual(['4 of 100, direction of 4']);
    const blocks = evaluateAttacks(reduced, inputs, labels, {
      norm: 'l2',
      attacks: [spy('blocks', 'in law')],
    });
    await expect(blocks).rejects.toThrow(BadInput);
    await expect(blocks).rejects.toThrow(/got blocks, which moves coordinates; /);
  });

  it('end on radii among the subnormal numbers, where no bisection gets on', async () => {
    const tiny: Network = {
      weights: matrix(1, 1, Float64Array.of(0.5)),
      biases: Float64Array.of(5e-324),
      readout: { kind: 'linear', outputs: Float64Array.of(-1) },
    };
    const [found] = await evaluateAttacks(tiny, matrix(1, 1), [-1], {
      norm: 'linf',
      attacks: [{ make: () => uniformNoise() }],
    });
    expect(found!.margin).toBeGreaterThan(0);
    expect(found!.exact.upper).toBeLessThan(1e-320);
  });

  it('find, where the points stand, flips of the net that was given, at any scale of it', async () => {
    const noise: Armament = { make: () => uniformNoise({ draws: 300 }), symmetry: 'in law' };
    for (const scale of [1, 2 ** 600]) {
      const scaled = {
        ...network,
        weights: matrix(
          3,
          8,
          network.weights.data.map((value) => scale * value),
        ),
        biases: network.biases.map((value) => scale * value),
      };
      const found = await evaluateAttacks(scaled, inputs, labels, { norm: 'l2', attacks: [noise] });
      let flipped = 0;
      found.forEach(({ exact, certified, attacked: [radius] }, i) => {
        const truth = exactRadius({ network, input: row(inputs, i), label: labels[i]!, ambient: 8 });
        expect(exact.upper).toBeCloseTo(truth.upper, 8);
        expect(certified).toBeLessThanOrEqual(truth.upper);
        expect(radius).toBeGreaterThanOrEqual(truth.lower * (1 - 1e-9));
        if (truth.upper > 0 && radius! < Infinity) flipped++;
      });
      expect(flipped).toBeGreaterThan(0);
    }
  });
});
