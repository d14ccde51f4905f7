/** Mini-batches: each epoch passes once over the samples, in an order of its own. */
import { BadInput } from '../bad-input.js';
import type { Random } from '../random/random.js';

export interface Batches {
  /** B; the last batch of an epoch may be smaller. */
  readonly size: number;
}

export function checkBatches({ size }: Batches, samples: number): void {
  if (!(Number.isInteger(size) && size >= 1 && size <= samples)) {
    throw new BadInput({ expected: `a batch of 1 … ${samples} samples`, got: String(size) });
  }
}

/** The samples of every batch of an epoch: a function of the stream and the epoch alone. */
export function batchesOf({ size }: Batches, samples: number, epoch: number, random: Random): Int32Array[] {
  const order = random.at(epoch).shuffle(Int32Array.from({ length: samples }, (_, i) => i));
  return Array.from({ length: Math.ceil(samples / size) }, (_, b) =>
    order.subarray(b * size, (b + 1) * size),
  );
}
