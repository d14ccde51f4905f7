/** Labelled points from a folder: `X.npy` (N × d), `y.npy` (N), and `centres.npy` (k × d) where there is one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import type { Net, Points } from './measure-points.js';
import { dataContents, readMatrix, readVector, refuseMissingFolder } from './read-net.js';

export interface Data extends Points {
  /** Row-major, clusters × dimension. */
  readonly centres: Float64Array | undefined;
}

/** Labels are ±1 for a binary net, 0 … C − 1 for one of C classes. */
export function readPoints(folder: string, { dimension, classes }: Net): Data {
  refuseMissingFolder('data', folder, dataContents);
  const inputs = readWide(join(folder, 'X.npy'), 'N', dimension);
  const count = inputs.length / dimension;
  const path = join(folder, 'y.npy');
  const labels = readVector(path, count, 'row of X.npy');
  refuseLabels(labels, path, classes === null ? signs : classLabels(classes));
  const centresPath = join(folder, 'centres.npy');
  return {
    inputs,
    labels,
    count,
    centres: existsSync(centresPath) ? readWide(centresPath, 'k', dimension) : undefined,
  };
}

/** The k-th label as it should be, and as others write it, with what makes the one of the other. */
interface Labelling {
  readonly known: readonly number[];
  readonly words: string;
  readonly others: readonly { readonly least: number; readonly step: number; readonly mend: string }[];
}

const signs: Labelling = {
  known: [-1, 1],
  words: '−1 or +1',
  others: [
    { least: 0, step: 1, mend: '2 * y - 1' },
    { least: 1, step: 1, mend: '2 * y - 3' },
  ],
};
const classLabels = (classes: number): Labelling => ({
  known: Array.from({ length: classes }, (_, label) => label),
  words: `0 … ${classes - 1}, one of the ${classes} rows of V.npy`,
  others: [
    { least: 1, step: 1, mend: 'y - 1' },
    { least: -1, step: 2, mend: '(y + 1) // 2' },
  ],
});

function refuseLabels(labels: Float64Array, path: string, { known, words, others }: Labelling): void {
  const strange = labels.findIndex((label) => !known.includes(label));
  if (strange < 0) return;
  const other = others.find(({ least, step }) =>
    labels.every((label) => known.some((_, place) => label === least + step * place)),
  );
  throw new BadInput({
    expected: `the labels in ${path} to be ${words}`,
    got: `${labels[strange]} at [${strange}]`,
    ...(other ? { try: `np.save(path, ${other.mend})` } : {}),
  });
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
