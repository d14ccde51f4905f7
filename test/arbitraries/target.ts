/** Small nets at labelled points: generic ones, and ones where everything that can tie does. */
import { type Target } from '@marginalia/attack';
import { evaluate, matrix, type Network, type Readout } from '@marginalia/core';
import fc from 'fast-check';
import { real, vector } from './real.js';

export interface TargetShape {
  /** Most neurons. */
  readonly width: number;
  /** Most coordinates of x. */
  readonly dimension: number;
}

/** Entries on a fine lattice (`generic`), or in {−2, …, 2} where duplicates, zeros and kinks are common (`degenerate`). */
export type Position = 'generic' | 'degenerate';
const entry = (position: Position): fc.Arbitrary<number> => (position === 'generic' ? real() : real(2, 1));

const side = fc.constantFrom(-1, 1);
/** One point in eight is misclassified: its radius is 0, which few such points can tell. */
const right = fc.integer({ min: 0, max: 7 }).map((draw) => draw > 0);

function target(
  dimension: number,
  width: number,
  position: Position,
  readout: fc.Arbitrary<Readout>,
): fc.Arbitrary<Target> {
  const one = entry(position);
  return fc
    .record({
      weights: vector(width * dimension, one),
      biases: vector(width, one),
      input: vector(dimension, one),
      right,
      readout,
    })
    .map(({ weights, biases, input, right, readout }) => {
      const network: Network = { weights: matrix(width, dimension, weights), biases, readout };
      const label = evaluate(network, input) > 0 === right ? 1 : -1;
      return { network, input, label, ambient: dimension };
    });
}

/** f = ⟨a, φ(Wx + b)⟩ at a labelled point. */
export const linearTarget = (
  { width, dimension }: TargetShape,
  position: Position = 'generic',
): fc.Arbitrary<Target> =>
  fc.tuple(fc.integer({ min: 1, max: dimension }), fc.integer({ min: 1, max: width })).chain(([d, m]) =>
    target(
      d,
      m,
      position,
      vector(m, entry(position)).map((outputs): Readout => ({ kind: 'linear', outputs })),
    ),
  );

/** max or lse over groups of 1 or 2 neurons, both signs among the groups. */
export const groupTarget = (
  kind: 'max' | 'lse',
  { width, dimension }: TargetShape,
  position: Position = 'generic',
): fc.Arbitrary<Target> =>
  fc
    .record({
      d: fc.integer({ min: 1, max: dimension }),
      size: fc.constantFrom(1, 2),
      rest: fc.array(side, { maxLength: width }),
    })
    .chain(({ d, size, rest }) => {
      const classes = Int8Array.from([1, -1, ...rest].slice(0, Math.max(2, Math.floor(width / size))));
      return target(d, classes.length * size, position, fc.constant<Readout>({ kind, classes, size }));
    });

export const anyTarget = (shape: TargetShape, position: Position = 'generic'): fc.Arbitrary<Target> =>
  fc.oneof(
    linearTarget(shape, position),
    groupTarget('max', shape, position),
    groupTarget('lse', shape, position),
  );
