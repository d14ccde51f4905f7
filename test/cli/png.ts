/** A PNG decoded by zlib and the filters of the format: the pixels that a viewer would show, as `#rrggbb`. */
import { inflateSync } from 'node:zlib';

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: readonly string[];
}

export function decodePng(bytes: Uint8Array): Picture {
  const view = Buffer.from(bytes);
  const parts: Buffer[] = [];
  let palette: Buffer = Buffer.alloc(0);
  const [width, height, depth, type] = [view.readUInt32BE(16), view.readUInt32BE(20), view[24], view[25]];
  for (let at = 8; at < view.length;) {
    const size = view.readUInt32BE(at);
    const kind = view.toString('latin1', at + 4, at + 8);
    const body = view.subarray(at + 8, at + 8 + size);
    if (kind === 'IDAT') parts.push(body);
    if (kind === 'PLTE') palette = body;
    at += 12 + size;
  }
  if (depth !== 8 || (type !== 6 && type !== 3)) throw new Error(`depth ${depth}, colour type ${type}`);
  const each = type === 6 ? 4 : 1;
  const raw = inflateSync(Buffer.concat(parts));
  const line = width * each;
  const data = Buffer.alloc(height * line);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (line + 1)];
    for (let x = 0; x < line; x++) {
      const left = x >= each ? data[y * line + x - each]! : 0;
      const up = y > 0 ? data[(y - 1) * line + x]! : 0;
      const corner = x >= each && y > 0 ? data[(y - 1) * line + x - each]! : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter!]!;
      data[y * line + x] = raw[y * (line + 1) + 1 + x]! + guess;
    }
  }
  const hex = (from: Buffer, at: number): string => `#${from.toString('hex', at, at + 3)}`;
  const pixels = Array.from({ length: width * height }, (_, i) =>
    type === 6 ? hex(data, 4 * i) : hex(palette, 3 * data[i]!),
  );
  return { width, height, pixels };
}

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}
