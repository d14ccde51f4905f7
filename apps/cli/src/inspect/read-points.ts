/** Labelled points from a folder: `X.npy` (N × d), `y.npy` (N, ±1), and `centres.npy` (k × d) where there is one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import type { Points } from './measure-points.js';
import { readMatrix, readVector, refuseMissingFolder } from './read-net.js';

export interface Data extends Points {
  /** Row-major, clusters × dimension. */
  readonly centres: Float64Array | undefined;
}

export function readPoints(folder: string, dimension: number): Data {
  refuseMissingFolder('data', folder, 'X.npy and y.npy');
  const inputs = readWide(join(folder, 'X.npy'), 'N', dimension);
  const count = inputs.length / dimension;
  const path = join(folder, 'y.npy');
  const labels = readVector(path, count, 'row of X.npy');
  const strange = labels.findIndex((label) => label !== 1 && label !== -1);
  if (strange >= 0) {
    const binary = labels.every((label) => label === 0 || label === 1);
    throw new BadInput({
      expected: `the labels in ${path} to be −1 or +1`,
      got: `${labels[strange]} at [${strange}]`,
      ...(binary ? { try: 'np.save(path, 2 * y - 1)' } : {}),
    });
  }
  const centresPath = join(folder, 'centres.npy');
  return {
    inputs,
    labels,
    count,
    centres: existsSync(centresPath) ? readWide(centresPath, 'k', dimension) : undefined,
  };
}

function readWide(path: string, rows: string, dimension: number): Float64Array {
  const { shape, data } = readMatrix(path, `${rows} × d`);
  if (shape[1] !== dimension) {
    throw new BadInput({
      expected: `${path} to have ${dimension} columns, as W.npy has`,
      got: `shape (${shape.join(', ')})`,
    });
  }
  return data;
}
