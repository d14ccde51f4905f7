/** What an exact radius can be asked of: nets whose parts fit together, and labels ±1. */
import { BadInput, type Network } from '@marginalia/core';

/** A net of any width (0 too: f = 0 everywhere) with a read-out of both sides. Values may be anything, NaN included. */
export function checkNet({ weights, biases, readout }: Network): void {
  const width = biases.length;
  const owed = (expected: string, got: string, hint?: string): never => {
    throw new BadInput({ expected, got, ...(hint === undefined ? {} : { try: hint }) });
  };
  if (weights.rows !== width) owed('as many biases as neurons', `${width} for ${weights.rows}`);
  if (readout.kind === 'linear') {
    if (readout.outputs.length !== width)
      owed('one output a neuron', `${readout.outputs.length} for ${width}`);
    return;
  }
  if (readout.kind === 'argmax') {
    const { outputs, own } = readout;
    if (outputs.columns !== width) owed('one output a neuron and class', `${outputs.columns} for ${width}`);
    if (outputs.rows < 2)
      owed('at least two classes', String(outputs.rows), 'a linear read-out for a score against zero');
    if (!(Number.isInteger(own) && own >= 0 && own < outputs.rows))
      owed(`a class of 0 … ${outputs.rows - 1}`, String(own));
    return;
  }
  const { classes, size } = readout;
  if (!(Number.isInteger(size) && size > 0 && classes.length * size === width)) {
    owed('groups of equal size that are all the neurons', `${classes.length} groups of ${size} for ${width}`);
  }
  if (!classes.every((side) => side === 1 || side === -1))
    owed('sides ±1 of groups', `[${classes.join(', ')}]`);
  for (const side of [1, -1]) {
    if (!classes.includes(side))
      owed('groups of both labels', `none of label ${side}`, 'argmax for one class against the rest');
  }
}

/** y ∈ {−1, +1}; +1 where the read-out is the margin of a class. */
export function checkLabel({ readout }: Network, label: number): void {
  const fits = readout.kind === 'argmax' ? label === 1 : label === 1 || label === -1;
  if (!fits) {
    throw new BadInput({
      expected: readout.kind === 'argmax' ? 'the label +1 of a margin over rivals' : 'a label −1 or +1',
      got: String(label),
    });
  }
}

/** A point with a coordinate for each of a weight's. */
export function checkPoint({ weights }: Network, coordinates: number): void {
  if (coordinates !== weights.columns) {
    throw new BadInput({
      expected: `points of ${weights.columns} coordinates, as the weights have`,
      got: String(coordinates),
    });
  }
}
