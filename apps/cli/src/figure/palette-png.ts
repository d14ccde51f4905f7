/**
 * A matrix of bytes as a PNG with a palette: a 512 × 512 matrix is one picture instead of 262 144 marks. Its blocks are
 * stored, not compressed, so that the bytes depend on no version of zlib, and no zlib is needed where a page redraws it.
 * Format: PNG (W3C), zlib (RFC 1950), stored blocks of deflate (RFC 1951, section 3.2.4).
 */

/** `indices`: row-major, `width` a row, each the place of a colour. At most 256 colours `#rrggbb`. */
export function palettePng(indices: Uint8Array, width: number, palette: readonly string[]): Uint8Array {
  const height = indices.length / width;
  const lines = new Uint8Array(height * (width + 1));
  // Every line begins with its filter: none.
  for (let y = 0; y < height; y++)
    lines.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const colours = Uint8Array.from(
    palette.flatMap((hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))),
  );
  return joined([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    // Eight bits a pixel, colour type 3: a palette; no interlacing.
    chunk('IHDR', joined([big(width), big(height), Uint8Array.of(8, 3, 0, 0, 0)])),
    chunk('PLTE', colours),
    chunk('IDAT', stored(lines)),
    chunk('IEND', new Uint8Array()),
  ]);
}

export function dataUrl(png: Uint8Array): string {
  let text = '';
  // Arguments of a call are limited in number.
  for (let at = 0; at < png.length; at += 8192) text += String.fromCharCode(...png.subarray(at, at + 8192));
  return `data:image/png;base64,${btoa(text)}`;
}

const longestBlock = 65_535;

function stored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at === 0 || at < bytes.length; at += longestBlock) {
    const block = bytes.subarray(at, at + longestBlock);
    const last = at + longestBlock >= bytes.length ? 1 : 0;
    const size = block.length;
    parts.push(Uint8Array.of(last, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255), block);
  }
  return joined([...parts, big(adler32(bytes))]);
}

function chunk(kind: string, body: Uint8Array): Uint8Array {
  const named = joined([Uint8Array.from(kind, (letter) => letter.charCodeAt(0)), body]);
  return joined([big(body.length), named, big(crc32(named))]);
}

const big = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return ((b << 16) | a) >>> 0;
}

const remainders = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = (remainders[(c ^ byte) & 255] as number) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
