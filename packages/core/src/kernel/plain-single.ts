/** The Gram matrix in single precision, in plain TypeScript: every operation rounded, in the order of assembly/single.ts. */
import type { Kernel, Rows32 } from './kernel.js';

const round = Math.fround;

/** Of four sums by the place modulo four. */
const total = (s: Float32Array): number => round(round(s[0]! + s[1]!) + round(s[2]! + s[3]!));

const packRows32: Kernel['packRows32'] = (x, skip, entries, into) => {
  const quads = (entries + 3) >> 2;
  for (let panel = 0; 3 * panel < x.rows; panel++) {
    for (let r = 0; r < 3; r++) {
      const i = 3 * panel + r;
      for (let l = 0; l < 4 * quads; l++) {
        const value = i < x.rows && l < entries ? x.data[i * x.stride + skip + l]! : 0;
        into[12 * quads * panel + 12 * (l >> 2) + 4 * r + (l & 3)] = value;
      }
    }
  }
};

const packedProduct32: Kernel['packedProduct32'] = (a, quads, c, stride) => {
  const s = new Float32Array(4);
  for (let i = 0; i < a.rows; i++) {
    const panel = Math.floor(i / 3);
    for (let j = 0; j < Math.min(a.rows, 3 * panel + 3); j++) {
      const other = Math.floor(j / 3);
      const count = Math.min(a.panels[panel]!, a.panels[other]!);
      if (count === 0) continue;
      s.fill(0);
      const left = 12 * quads * panel + 4 * (i % 3);
      const right = 12 * quads * other + 4 * (j % 3);
      for (let l = 0; l < count; l++) {
        for (let e = 0; e < 4; e++) s[e]! += round(a.data[left + 12 * l + e]! * a.data[right + 12 * l + e]!);
      }
      c[i * stride + j]! += total(s);
    }
  }
};

const mirror32: Kernel['mirror32'] = (data, rows, stride) => {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) data[j * stride + i] = data[i * stride + j]!;
  }
};

const addScaled32: Kernel['addScaled32'] = (y, x, s, count) => {
  for (let i = 0; i < count; i++) y[i]! += s * x[i]!;
};

const addRows32: Kernel['addRows32'] = (y, count, { data, stride }, indices, scales, rows) => {
  for (let j = 0; j < rows; j++) addScaled32(y, data.subarray(indices[j]! * stride), scales[j]!, count);
};

function symmetricProduct32(k: Rows32, v: Float32Array, bounds: Int32Array, out: Rows32): void {
  const { data, stride } = k;
  const into = out.data;
  const s = new Float32Array(4);
  for (let mine = 0; mine < bounds.length - 1; mine++) {
    const outMine = mine * out.stride;
    const stop = bounds[mine + 1]!;
    const corner = (i: number, from: number): void => {
      for (let j = from; j < i; j++) {
        const entry = data[i * stride + j]!;
        into[outMine + i]! += round(entry * v[j]!);
        into[outMine + j]! += round(entry * v[i]!);
      }
      into[outMine + i]! += round(data[i * stride + i]! * v[i]!);
    };
    let i = bounds[mine]!;
    for (; i + 3 < stop; i += 4) {
      for (let other = 0; other <= mine; other++) {
        const from = bounds[other]!;
        const to = other === mine ? i : bounds[other + 1]!;
        const whole = from + ((to - from) & ~3);
        for (let row = i; row < i + 4; row++) {
          s.fill(0);
          for (let j = from; j < whole; j++) s[(j - from) & 3]! += round(data[row * stride + j]! * v[j]!);
          let sum = total(s);
          for (let j = whole; j < to; j++) sum = round(sum + round(data[row * stride + j]! * v[j]!));
          into[other * out.stride + row]! += sum;
        }
        for (let j = from; j < to; j++) {
          const term = (row: number): number => round(data[(i + row) * stride + j]! * v[i + row]!);
          into[outMine + j]! += round(round(term(0) + term(1)) + round(term(2) + term(3)));
        }
      }
      for (let row = i; row < i + 4; row++) corner(row, i);
    }
    for (; i < stop; i++) {
      for (let other = 0; other <= mine; other++) {
        const to = other === mine ? i : bounds[other + 1]!;
        let sum = 0;
        for (let j = bounds[other]!; j < to; j++) {
          const entry = data[i * stride + j]!;
          sum = round(sum + round(entry * v[j]!));
          into[outMine + j]! += round(entry * v[i]!);
        }
        into[other * out.stride + i]! += sum;
      }
      corner(i, i);
    }
  }
}

export const plainSingle = {
  packRows32,
  packedProduct32,
  mirror32,
  addScaled32,
  addRows32,
  symmetricProduct32,
};
