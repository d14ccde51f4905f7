import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BadInput, pixelRows, readCifar10, readMnist } from '@marginalia/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'images-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const words = (...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, i) => bytes.writeUInt32BE(number, 4 * i));
  return bytes;
};
const images = (count: number): Buffer =>
  Buffer.concat([
    words(2051, count, 28, 28),
    Buffer.from(Array.from({ length: count * 784 }, (_, i) => i % 256)),
  ]);
const labels = (count: number): Buffer =>
  Buffer.concat([words(2049, count), Buffer.from(Array.from({ length: count }, (_, i) => i % 10))]);

describe('images from disk', () => {
  it('are the bytes of an idx file, packed or not', () => {
    writeFileSync(join(folder, 'train-images-idx3-ubyte.gz'), gzipSync(images(3)));
    writeFileSync(join(folder, 'train-labels-idx1-ubyte'), labels(3));
    const found = readMnist(folder, 'train');
    expect(found).toMatchObject({ count: 3, size: 784 });
    expect(Array.from(found.labels)).toEqual([0, 1, 2]);
    expect(found.pixels[784]).toBe(784 % 256);
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), images(3));
    expect(readMnist(folder, 'train').digest).toBe(found.digest);
    const mean = new Float64Array(784).fill(0.5);
    const rows = pixelRows(found, [2, 0], mean);
    expect(rows.rows).toBe(2);
    expect(rows.data[0]).toBeCloseTo(((2 * 784) % 256) / 255 - 0.5, 15);
    expect(rows.data[784 + 255]).toBe(0.5);
  });

  it('are the records of CIFAR-10, batch after batch', () => {
    const batch = (label: number): Buffer => {
      const bytes = Buffer.alloc(2 * 3073, label);
      bytes[1] = 200;
      return bytes;
    };
    writeFileSync(join(folder, 'data_batch_1.bin'), batch(3));
    writeFileSync(join(folder, 'data_batch_2.bin.gz'), gzipSync(batch(7)));
    const found = readCifar10(folder, 'train');
    expect(found).toMatchObject({ count: 4, size: 3072 });
    expect(Array.from(found.labels)).toEqual([3, 3, 7, 7]);
    expect([found.pixels[0], found.pixels[1], found.pixels[2 * 3072]]).toEqual([200, 3, 200]);
  });

  it('are refused in one line where they are not there, or something else', () => {
    expect(() => readMnist(folder, 'test')).toThrow(BadInput);
    expect(() => readMnist(folder, 'test')).toThrow(/t10k-images-idx3-ubyte or/);
    expect(() => readCifar10(folder, 'test')).toThrow(/test_batch\.bin/);
    writeFileSync(join(folder, 'test_batch.bin'), Buffer.alloc(100));
    expect(() => readCifar10(folder, 'test')).toThrow(/records of 3073 bytes/);
    writeFileSync(join(folder, 't10k-images-idx3-ubyte'), labels(3));
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), labels(3));
    expect(() => readMnist(folder, 'test')).toThrow(/28 × 28/);
    writeFileSync(join(folder, 't10k-images-idx3-ubyte'), images(2));
    expect(() => readMnist(folder, 'test')).toThrow(/2 labels/);
    writeFileSync(join(folder, 't10k-images-idx3-ubyte.gz'), Buffer.from('not packed'));
    rmSync(join(folder, 't10k-images-idx3-ubyte'));
    expect(() => readMnist(folder, 'test')).toThrow(BadInput);
  });
});

const data = process.env['MARGINALIA_DATA'];
describe.skipIf(data === undefined || !existsSync(data))(
  'the real files (MARGINALIA_DATA is not set: skipped)',
  () => {
    it('have their published sizes and label counts', () => {
      const test = readMnist(join(data!, 'mnist'), 'test');
      expect(test.count).toBe(10_000);
      const counts = new Array<number>(10).fill(0);
      test.labels.forEach((label) => counts[label]!++);
      expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
      const cifar = readCifar10(join(data!, 'cifar-10'), 'test');
      const balanced = new Array<number>(10).fill(0);
      cifar.labels.forEach((label) => balanced[label]!++);
      expect(balanced).toEqual(new Array<number>(10).fill(1000));
    });
  },
);
