/** A two-layer ReLU net from a folder: `W.npy` (M × d), `b.npy` (M), `a.npy` (M). */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import { readNpy, type NpyArray } from '../npy.js';
import type { Net } from './measure-points.js';

export function readNet(folder: string): Net {
  refuseMissingFolder('net', folder, 'W.npy, b.npy and a.npy');
  const weights = readMatrix(join(folder, 'W.npy'), 'M × d');
  const [width, dimension] = weights.shape as readonly [number, number];
  const biases = readVector(join(folder, 'b.npy'), width, 'neuron of W.npy');
  const outputs = readVector(join(folder, 'a.npy'), width, 'neuron of W.npy');
  return { weights: weights.data, biases, outputs, width, dimension };
}

export function refuseMissingFolder(flag: string, folder: string, contents: string): void {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new BadInput({ expected: `--${flag} to be a folder with ${contents}`, got: folder });
  }
}

/** Two axes, at least one row and one column, finite. */
export function readMatrix(path: string, shape: string): NpyArray {
  const array = readFinite(path);
  if (array.shape.length !== 2 || array.data.length === 0) {
    throw new BadInput({ expected: `${path} to have shape ${shape}`, got: `(${array.shape.join(', ')})` });
  }
  return array;
}

/** One entry an `owner`; a column or a row (M × 1, 1 × M) is read as the vector that it is. */
export function readVector(path: string, length: number, owner: string): Float64Array {
  const { shape, data } = readFinite(path);
  const vector = shape.filter((size) => size !== 1).length <= 1 && shape.length >= 1;
  if (!vector || data.length !== length) {
    throw new BadInput({
      expected: `${path} to have ${length} entries, one a ${owner}`,
      got: `shape (${shape.join(', ')})`,
    });
  }
  return data;
}

function readFinite(path: string): NpyArray {
  const array = readNpy(path);
  const at = array.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new BadInput({
      expected: `${path} to hold finite numbers`,
      got: `${array.data[at]} at [${place(at, array.shape)}]`,
    });
  }
  return array;
}

/** The index of the `at`-th entry, row-major. */
function place(at: number, shape: readonly number[]): string {
  const index: number[] = [];
  for (let rest = at, axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index.join(', ');
}
