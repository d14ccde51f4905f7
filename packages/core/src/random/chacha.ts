/**
 * The ChaCha block function (Bernstein 2008; RFC 8439, section 2.3): sixteen words from a key of eight, a counter and a
 * nonce. Here it turns one key into as many independent seeds as one likes; eight rounds are ample for that.
 */

/** "expand 32-byte k" */
const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;

const start = new Int32Array(16);
start.set(constants);

/** Sixteen 32-bit words. The key has eight words, the nonce three; `rounds` is even. */
export function chachaBlock(
  key: ArrayLike<number>,
  counter: number,
  nonce: readonly [number, number, number],
  rounds = 8,
): Int32Array {
  for (let w = 0; w < 8; w++) start[4 + w] = key[w]!;
  start[12] = counter;
  for (let w = 0; w < 3; w++) start[13 + w] = nonce[w]!;
  const x = new Int32Array(16);
  for (let w = 0; w < 16; w++) x[w] = start[w]!;
  for (let round = 0; round < rounds; round += 2) {
    quarter(x, 0, 4, 8, 12);
    quarter(x, 1, 5, 9, 13);
    quarter(x, 2, 6, 10, 14);
    quarter(x, 3, 7, 11, 15);
    quarter(x, 0, 5, 10, 15);
    quarter(x, 1, 6, 11, 12);
    quarter(x, 2, 7, 8, 13);
    quarter(x, 3, 4, 9, 14);
  }
  for (let w = 0; w < 16; w++) x[w]! += start[w]!;
  return x;
}

function quarter(x: Int32Array, a: number, b: number, c: number, d: number): void {
  let p = x[a]!;
  let q = x[b]!;
  let r = x[c]!;
  let s = x[d]!;
  p = (p + q) | 0;
  s = rotate(s ^ p, 16);
  r = (r + s) | 0;
  q = rotate(q ^ r, 12);
  p = (p + q) | 0;
  s = rotate(s ^ p, 8);
  r = (r + s) | 0;
  q = rotate(q ^ r, 7);
  x[a] = p;
  x[b] = q;
  x[c] = r;
  x[d] = s;
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
