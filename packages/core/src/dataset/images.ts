/** MNIST and CIFAR-10 in their official formats, from a folder on disk; nothing is downloaded. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { BadInput } from '../bad-input.js';
import { matrix, type Matrix } from '../matrix.js';

export interface Images {
  /** Row-major, count × pixels; 0 … 255. CIFAR-10: red, green and blue planes one after another. */
  readonly pixels: Uint8Array;
  /** 0 … 9, count. */
  readonly labels: Uint8Array;
  readonly count: number;
  /** Pixels an image, all channels: 784 or 3072. */
  readonly size: number;
  /** SHA-256 of what was read, unpacked, in hexadecimal: part of the identity of a run on these images. */
  readonly digest: string;
}

export type Part = 'train' | 'test';

/**
 * `<part>-images-idx3-ubyte` and `<part>-labels-idx1-ubyte` (t10k for the test part), packed by gzip or not.
 * Source of the format: LeCun, Cortes & Burges, the MNIST database. Throws BadInput for files that are missing or not MNIST.
 */
export function readMnist(folder: string, part: Part): Images {
  const name = part === 'train' ? 'train' : 't10k';
  const images = unpacked(folder, `${name}-images-idx3-ubyte`);
  const labels = unpacked(folder, `${name}-labels-idx1-ubyte`);
  const [magic, count, rows, columns] = [0, 4, 8, 12].map((at) => word(images, at));
  const fits = magic === 2051 && rows === 28 && columns === 28 && images.length === 16 + (count ?? 0) * 784;
  if (!fits) throw notInFormat(folder, `${name}-images-idx3-ubyte`, 'an idx file of 28 × 28 images');
  if (
    count === undefined ||
    word(labels, 0) !== 2049 ||
    word(labels, 4) !== count ||
    labels.length !== 8 + count
  ) {
    throw notInFormat(folder, `${name}-labels-idx1-ubyte`, `an idx file of ${count} labels`);
  }
  return {
    pixels: images.subarray(16),
    labels: labels.subarray(8),
    count: count,
    size: 784,
    digest: digestOf(images, labels),
  };
}

/** Bytes of a CIFAR-10 record: one label, then three planes of 32 × 32. */
const record = 3073;

/**
 * `data_batch_1.bin` … `data_batch_5.bin`, as many of them as there are in order, or `test_batch.bin`; packed by gzip or not.
 * Source: Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009. Throws BadInput as `readMnist` does.
 */
export function readCifar10(folder: string, part: Part): Images {
  const names = part === 'test' ? ['test_batch.bin'] : [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);
  const missing = names.findIndex((name) => !isThere(folder, name));
  const batches = names.slice(0, missing < 0 ? names.length : Math.max(1, missing)).map((name) => {
    const bytes = unpacked(folder, name);
    if (bytes.length === 0 || bytes.length % record !== 0) {
      throw notInFormat(folder, name, `records of ${record} bytes`);
    }
    return bytes;
  });
  const count = batches.reduce((sum, { length }) => sum + length / record, 0);
  const pixels = new Uint8Array(count * 3072);
  const labels = new Uint8Array(count);
  let at = 0;
  for (const batch of batches) {
    for (let from = 0; from < batch.length; from += record, at++) {
      labels[at] = batch[from]!;
      pixels.set(batch.subarray(from + 1, from + record), at * 3072);
    }
  }
  if (labels.some((label) => label > 9)) throw notInFormat(folder, names[0]!, 'labels 0 … 9');
  return { pixels, labels, count, size: 3072, digest: digestOf(...batches) };
}

/** The given images as rows of a matrix, pixels divided by 255, less `mean` (size) where there is one. */
export function pixelRows(images: Images, chosen: ArrayLike<number>, mean?: Float64Array): Matrix {
  const rows = matrix(chosen.length, images.size);
  for (let i = 0; i < chosen.length; i++) {
    const from = chosen[i]! * images.size;
    for (let l = 0; l < images.size; l++) {
      rows.data[i * images.size + l] = images.pixels[from + l]! / 255 - (mean?.[l] ?? 0);
    }
  }
  return rows;
}

const isThere = (folder: string, name: string): boolean =>
  existsSync(join(folder, name)) || existsSync(join(folder, `${name}.gz`));

function unpacked(folder: string, name: string): Uint8Array {
  const plain = join(folder, name);
  const packed = `${plain}.gz`;
  try {
    if (existsSync(plain)) return readFileSync(plain);
    if (existsSync(packed)) return gunzipSync(readFileSync(packed));
  } catch (error) {
    throw new BadInput({
      expected: `${name} in ${folder} to be readable`,
      got: error instanceof Error ? error.message : String(error),
    });
  }
  throw new BadInput({
    expected: `${name} or ${name}.gz in ${folder}`,
    got: 'neither',
    try: 'the folder of the official files',
  });
}

const notInFormat = (folder: string, name: string, expected: string): BadInput =>
  new BadInput({ expected: `${join(folder, name)} to hold ${expected}`, got: 'something else' });

const word = (bytes: Uint8Array, at: number): number =>
  bytes.length < at + 4 ? Number.NaN : new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

function digestOf(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
