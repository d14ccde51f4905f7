/** A two-layer ReLU net from a folder: `W.npy` (M × d), `b.npy` (M), and `a.npy` (M) or, for many classes, `V.npy` (C × M). */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import { readNpy, type NpyArray } from '../npy.js';
import type { Net } from './measure-points.js';
import { ambientOf } from './reduced-coordinates.js';

/** What a folder of a net holds. */
export const netContents = 'W.npy, b.npy and a.npy (or V.npy)';
/** What a folder of points holds. */
export const dataContents = 'X.npy and y.npy';

export function readNet(folder: string): Net {
  refuseMissingFolder('net', folder, netContents);
  const weights = readMatrix(join(folder, 'W.npy'), 'M × d');
  const [width, dimension] = weights.shape as readonly [number, number];
  const biases = readVector(join(folder, 'b.npy'), width, 'neuron of W.npy');
  const ambient = ambientOf(folder, dimension);
  return { weights: weights.data, biases, width, dimension, ambient, ...readOutputs(folder, width) };
}

/** `a.npy` makes a binary net, `V.npy` one of as many classes as it has rows. */
function readOutputs(folder: string, width: number): Pick<Net, 'outputs' | 'classes'> {
  const [single, many] = [join(folder, 'a.npy'), join(folder, 'V.npy')];
  if (!existsSync(many)) {
    if (!existsSync(single)) {
      throw new BadInput({
        expected: `a .npy file at ${single}`,
        got: 'no such file',
        try: 'V.npy (C × M) where there are many classes',
      });
    }
    return { outputs: readVector(single, width, 'neuron of W.npy'), classes: null };
  }
  if (existsSync(single)) {
    throw new BadInput({
      expected: `${single} of a binary net or ${many} of a net of classes`,
      got: 'both',
      try: 'a folder for each',
    });
  }
  const { shape, data } = readMatrix(many, 'C × M');
  if (shape[1] !== width) {
    throw new BadInput({
      expected: `${many} to have ${width} columns, one a neuron of W.npy`,
      got: `shape (${shape.join(', ')})`,
    });
  }
  if ((shape[0] as number) < 2) {
    throw new BadInput({
      expected: `${many} to have a row a class, 2 or more`,
      got: `shape (${shape.join(', ')})`,
      try: 'a.npy (M) for a score whose sign is the class',
    });
  }
  return { outputs: data, classes: shape[0] as number };
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
