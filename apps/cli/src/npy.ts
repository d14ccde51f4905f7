/**
 * NumPy's `.npy` files: float64 and float32 (and, for labels, integers and booleans), read into row-major float64;
 * written as little-endian float64 in C order, version 1.0.
 * Format: numpy.lib.format, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { BadInput } from '@marginalia/core';

export interface NpyArray {
  /** `[]` is a scalar. */
  readonly shape: readonly number[];
  /** Row-major, whatever the order in the file was. */
  readonly data: Float64Array;
}

const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
const saveAgain = 'np.save(path, np.ascontiguousarray(array, dtype="<f8"))';

type Reader = (view: DataView, at: number, little: boolean) => number;
interface Entry {
  readonly bytes: number;
  readonly read: Reader;
}

/** By NumPy's type code without its byte order. Int64 entries beyond 2⁵³ lose digits, which no label or weight has. */
const entries: Readonly<Record<string, Entry>> = {
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  i8: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/** Read a file; every way in which it can be wrong is one line that names it. */
export function readNpy(path: string): NpyArray {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new BadInput({
      expected: `a .npy file at ${path}`,
      got: code === 'ENOENT' ? 'no such file' : String(code),
    });
  }
  return decodeNpy(bytes, path);
}

export function writeNpy(path: string, array: NpyArray): void {
  writeFileSync(path, encodeNpy(array));
}

/** The bytes of a `.npy` file; `name` is how a mistake calls it. */
export function decodeNpy(bytes: Uint8Array, name: string): NpyArray {
  const refuse = (got: string, attempt = saveAgain): never => {
    throw new BadInput({ expected: `${name} to be a float64 or float32 .npy array`, got, try: attempt });
  };
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) refuse('a file of another format');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = (bytes[6] as number) >= 2;
  const start = wide ? 12 : 10;
  const end = start + (bytes.length < start ? 0 : wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (bytes.length < end) refuse('a header cut short', 'saving it again');
  const header = parseHeader(new TextDecoder().decode(bytes.subarray(start, end)));
  if (!header) return refuse('a header that names no descr, fortran_order and shape', 'saving it again');
  const order = /^([<>|=])(\w+)$/.exec(header.descr);
  const entry = order ? entries[order[2] === 'b1' ? 'u1' : (order[2] as string)] : undefined;
  if (!order || !entry) return refuse(`dtype ${header.descr}`);
  const count = header.shape.reduce((product, size) => product * size, 1);
  if (bytes.length - end !== count * entry.bytes) {
    refuse(
      `${bytes.length - end} bytes of data where shape (${header.shape.join(', ')}) needs ${count * entry.bytes}`,
      'saving it again',
    );
  }
  const little = order[1] !== '>';
  const stored = new Float64Array(count);
  for (let i = 0; i < count; i++) stored[i] = entry.read(view, end + i * entry.bytes, little);
  return { shape: header.shape, data: header.fortran ? toRowMajor(stored, header.shape) : stored };
}

export function encodeNpy({ shape, data }: NpyArray): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${sizes}), }`;
  // The data starts at a multiple of 64; the header ends with a newline.
  const padded = `${text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11)}\n`;
  const start = 10 + padded.length;
  const bytes = new Uint8Array(start + 8 * data.length);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  bytes.set([1, 0], 6);
  view.setUint16(8, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), 10);
  for (let i = 0; i < data.length; i++) view.setFloat64(start + 8 * i, data[i] as number, true);
  return bytes;
}

function parseHeader(
  text: string,
): { descr: string; fortran: boolean; shape: readonly number[] } | undefined {
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1] ?? /'descr':\s*(\[.*?\])/.exec(text)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (descr === undefined || fortran === undefined || shape === undefined) return undefined;
  const sizes = shape
    .split(',')
    .map((size) => size.trim())
    .filter(Boolean)
    .map((size) => Number.parseInt(size, 10));
  return { descr, fortran: fortran === 'True', shape: sizes };
}

/** Column-major entries, laid out row by row. */
function toRowMajor(stored: Float64Array, shape: readonly number[]): Float64Array {
  const data = new Float64Array(stored.length);
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  for (let i = 0; i < data.length; i++) {
    let at = 0;
    for (let axis = 0; axis < shape.length; axis++) at += (index[axis] as number) * (strides[axis] as number);
    data[i] = stored[at] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
  return data;
}
