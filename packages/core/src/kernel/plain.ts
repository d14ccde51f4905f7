/** The kernels in plain TypeScript: each function adds in the order of its twin in assembly/, and so gives its bits. */
import { cosine, exp, log, log1p, nearestEven, sine } from '../elementary.js';
import { strip, type Kernel, type Rows } from './kernel.js';
import { plainSingle } from './plain-single.js';

const mantissa = new Float64Array(1);
const mantissaWords = new Int32Array(mantissa.buffer);

/** Uniform on [1, 2): the low 20 bits of `high` and all of `low`. */
function between1And2(high: number, low: number): number {
  mantissaWords[0] = low;
  mantissaWords[1] = (high & 0x000fffff) | 0x3ff00000;
  return mantissa[0]!;
}

/** The next word of generator l; the state moves on. */
function next(state: Int32Array, l: number): number {
  const a = state[l]!;
  const b = state[4 + l]!;
  const d = state[12 + l]!;
  const sum = (a + d) | 0;
  const word = (((sum << 7) | (sum >>> 25)) + a) | 0;
  const c = state[8 + l]! ^ a;
  const e = d ^ b;
  state[4 + l] = b ^ c;
  state[l] = a ^ e;
  state[8 + l] = c ^ (b << 9);
  state[12 + l] = (e << 11) | (e >>> 21);
  return word;
}

function gaussians(state: Int32Array, into: Float64Array, deviation: number): void {
  for (let at = 0; at < into.length; at += 8) {
    for (let l = 0; l < 4; l++) {
      const w0 = next(state, l);
      const w1 = next(state, l);
      const w2 = next(state, l);
      const w3 = next(state, l);
      const radius = Math.sqrt(-2 * log(2 - between1And2(w0, w1)));
      const turn = between1And2(w2, w3) - 1;
      const quarter = nearestEven(turn * 4);
      const x = (turn - quarter * 0.25) * (2 * Math.PI);
      const s = sine(x);
      const c = cosine(x);
      const swap = (quarter & 1) === 1;
      const cos = ((quarter + 1) & 2) === 0 ? (swap ? s : c) : swap ? -s : -c;
      const sin = (quarter & 2) === 0 ? (swap ? c : s) : swap ? -c : -s;
      // Generators 0 and 1 make the first four numbers of a round, 2 and 3 the others: two cosines, two sines.
      const place = at + 4 * (l >> 1) + (l & 1);
      into[place] = deviation * (radius * cos);
      into[place + 2] = deviation * (radius * sin);
    }
  }
}

function scores(
  p: Float64Array,
  stride: number,
  outputs: Float64Array,
  into: Float64Array,
  count: number,
): void {
  for (let r = 0; r < outputs.length; r++) {
    const a = outputs[r]!;
    const row = r * stride;
    for (let i = 0; i < count; i++) into[i]! += a * Math.max(p[row + i]!, 0);
  }
}

function binaryBackward(
  f: Float64Array,
  labels: Float64Array,
  margins: Float64Array,
  pulls: Float64Array,
  count: number,
): number {
  let even = 0;
  let odd = 0;
  let last = 0;
  for (let i = 0; i < count + (count & 1); i++) {
    const y = labels[i]!;
    const q = y * f[i]!;
    const e = exp(-Math.abs(q));
    const share = (q >= 0 ? e : 1) / (1 + e);
    const loss = Math.max(-q, 0) + log1p(e);
    margins[i] = q;
    pulls[i] = y * share;
    if (i >= count) continue;
    if (i === count - 1 && (count & 1) === 1) last = loss;
    else if ((i & 1) === 0) even += loss;
    else odd += loss;
  }
  return even + last + odd;
}

function softmaxBackward(
  f: Float64Array,
  stride: number,
  classes: number,
  targets: Float64Array,
  margins: Float64Array,
  count: number,
): number {
  let even = 0;
  let odd = 0;
  let last = 0;
  for (let i = 0; i < count + (count & 1); i++) {
    const target = targets[i]!;
    let top = -Infinity;
    let rival = -Infinity;
    let own = 0;
    for (let j = 0; j < classes; j++) {
      const score = f[j * stride + i]!;
      top = Math.max(top, score);
      if (target === j) own = score;
      rival = Math.max(rival, target === j ? -Infinity : score);
    }
    margins[i] = own - rival;
    let others = 0;
    let self = 0;
    for (let j = 0; j < classes; j++) {
      const weight = exp(f[j * stride + i]! - top);
      f[j * stride + i] = weight;
      if (target === j) self = weight;
      others += target === j ? 0 : weight;
    }
    const sum = others + self;
    for (let j = 0; j < classes; j++) f[j * stride + i] = (target === j ? others : -f[j * stride + i]!) / sum;
    const beyond = own === top ? others : others - 1 + self;
    const loss = top - own + log1p(beyond);
    if (i >= count) continue;
    if (i === count - 1 && (count & 1) === 1) last = loss;
    else if ((i & 1) === 0) even += loss;
    else odd += loss;
  }
  return even + last + odd;
}

function addScaled(y: Float64Array, x: Float64Array, s: number, count: number): void {
  for (let i = 0; i < count; i++) y[i]! += s * x[i]!;
}

const addRows: Kernel['addRows'] = (y, count, { data, stride }, indices, scales, rows) => {
  const end = (count + 1) & ~1;
  let j = 0;
  for (; j + 3 < rows; j += 4) {
    const [r0, r1, r2, r3] = [0, 1, 2, 3].map((e) => indices[j + e]! * stride) as [
      number,
      number,
      number,
      number,
    ];
    for (let i = 0; i < end; i++) {
      const first = scales[j]! * data[r0 + i]! + scales[j + 1]! * data[r1 + i]!;
      const second = scales[j + 2]! * data[r2 + i]! + scales[j + 3]! * data[r3 + i]!;
      y[i]! += first + second;
    }
  }
  for (; j < rows; j++) {
    for (let i = 0; i < end; i++) y[i]! += scales[j]! * data[indices[j]! * stride + i]!;
  }
};

function dotProduct(x: Float64Array, y: Float64Array, count: number): number {
  const sums = [0, 0, 0, 0];
  const even = count & ~1;
  for (let i = 0; i < even; i++) {
    // Of two entries beyond the last four, the sums of the first two.
    const place = i < (count & ~3) ? i & 3 : i & 1;
    sums[place]! += x[i]! * y[i]!;
  }
  const sum = sums[0]! + sums[2]! + (sums[1]! + sums[3]!);
  return (count & 1) === 1 ? sum + x[even]! * y[even]! : sum;
}

const deviations: Kernel['deviations'] = (p, count, from, to, bar, into) => {
  let found = 0;
  for (let i = 0; i < count; i++) {
    const own = i >= from && i < to;
    if (own ? p[i]! > 0 : !(p[i]! > bar)) continue;
    if (found < into.length) into[found] = i;
    found++;
  }
  return found;
};

function solveBackward(l: Rows, x: Float64Array): void {
  for (let i = x.length - 1; i >= 0; i--) {
    const row = i * l.stride;
    const c = x[i]! / l.data[row + i]!;
    x[i] = c;
    for (let j = 0; j < i; j++) x[j]! += -c * l.data[row + j]!;
  }
}

function solveForward(l: Rows, x: Float64Array): void {
  for (let i = 0; i < x.length; i++) {
    const line = l.data.subarray(i * l.stride, i * l.stride + i + 1);
    x[i] = (x[i]! - dotProduct(line, x, i)) / line[i]!;
  }
}

function product(x: Rows, b: Rows, depth: number, c: Float64Array, down: number, across: number): void {
  for (let i = 0; i < x.rows; i++) {
    const lastOfFour = Math.min(x.rows, (i & ~3) + 4) - 1;
    const reach = x.extents ? x.extents[lastOfFour]! : depth;
    for (let from = 0; from < reach; from += strip) {
      const length = (Math.min(strip, reach - from) + 1) & ~1;
      for (let j = 0; j < b.rows; j++) {
        let even = 0;
        let odd = 0;
        const left = i * x.stride + from;
        const right = j * b.stride + from;
        for (let l = 0; l < length; l += 2) {
          even += x.data[left + l]! * b.data[right + l]!;
          odd += x.data[left + l + 1]! * b.data[right + l + 1]!;
        }
        c[i * down + j * across]! += even + odd;
      }
    }
  }
}

function packRows(x: Rows, skip: number, entries: number, into: Float64Array): void {
  const pairs = (entries + 1) >> 1;
  for (let panel = 0; 3 * panel < x.rows; panel++) {
    for (let r = 0; r < 3; r++) {
      const i = 3 * panel + r;
      for (let l = 0; l < 2 * pairs; l++) {
        const value = i < x.rows && l < entries ? x.data[i * x.stride + skip + l]! : 0;
        into[6 * pairs * panel + 6 * (l >> 1) + 2 * r + (l & 1)] = value;
      }
    }
  }
}

const packedProduct: Kernel['packedProduct'] = (a, b, pairs, c, stride, lower) => {
  for (let i = 0; i < a.rows; i++) {
    const panel = Math.floor(i / 3);
    const last = lower ? Math.min(b.rows, 3 * panel + 3) : b.rows;
    for (let j = 0; j < last; j++) {
      const other = Math.floor(j / 3);
      const count = Math.min(a.panels[panel]!, b.panels[other]!);
      if (count === 0) continue;
      let even = 0;
      let odd = 0;
      let left = 6 * pairs * panel + 2 * (i % 3);
      let right = 6 * pairs * other + 2 * (j % 3);
      for (let l = 0; l < count; l++, left += 6, right += 6) {
        even += a.data[left]! * b.data[right]!;
        odd += a.data[left + 1]! * b.data[right + 1]!;
      }
      c[i * stride + j]! += even + odd;
    }
  }
};

function mirror(data: Float64Array, rows: number, stride: number): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) data[j * stride + i] = data[i * stride + j]!;
  }
}

function transposedProduct(x: Rows, from: number, to: number, depth: number, v: Rows, u: Rows): void {
  const even = (extent: number): number => (extent + 1) & ~1;
  let i = from;
  for (; i + 3 < to; i += 4) {
    const length = even(x.extents ? x.extents[i + 3]! : depth);
    const [x0, x1, x2, x3] = [0, 1, 2, 3].map((row) => (i + row) * x.stride) as [
      number,
      number,
      number,
      number,
    ];
    for (let r = 0; r < v.rows; r++) {
      const at = r * v.stride + i;
      const v0 = v.data[at]!;
      const v1 = v.data[at + 1]!;
      const v2 = v.data[at + 2]!;
      const v3 = v.data[at + 3]!;
      const into = r * u.stride;
      for (let l = 0; l < length; l++) {
        const first = v0 * x.data[x0 + l]! + v1 * x.data[x1 + l]!;
        const second = v2 * x.data[x2 + l]! + v3 * x.data[x3 + l]!;
        u.data[into + l]! += first + second;
      }
    }
  }
  for (; i < to; i++) {
    const length = even(x.extents ? x.extents[i]! : depth);
    for (let r = 0; r < v.rows; r++) {
      const s = v.data[r * v.stride + i]!;
      for (let l = 0; l < length; l++) u.data[r * u.stride + l]! += s * x.data[i * x.stride + l]!;
    }
  }
}

/** For each segment of each panel, in their order: rows i … i + 3, columns [from, to) of a block, and whose they are. */
function* segments(
  bounds: Int32Array,
): Generator<{ i: number; from: number; to: number; mine: number; other: number }> {
  for (let mine = 0; mine + 1 < bounds.length; mine++) {
    for (let i = bounds[mine]!; i + 3 < bounds[mine + 1]!; i += 4) {
      for (let other = 0; other <= mine; other++) {
        yield { i, from: bounds[other]!, to: other === mine ? i : bounds[other + 1]!, mine, other };
      }
    }
  }
}

function packPanels(k: Rows, bounds: Int32Array, into: Float64Array): void {
  let at = 0;
  for (const { i, from, to } of segments(bounds)) {
    for (let j = from; j < to; j += 2) {
      for (let r = 0; r < 4; r++, at += 2) {
        into[at] = k.data[(i + r) * k.stride + j]!;
        into[at + 1] = j + 1 < to ? k.data[(i + r) * k.stride + j + 1]! : 0;
      }
    }
  }
}

const symmetricProduct: Kernel['symmetricProduct'] = (panels, k, v, bounds, out, which = 'all') => {
  const { data, stride } = k;
  const into = out.data;
  const corner = (i: number, from: number, mine: number): void => {
    const outMine = mine * out.stride;
    for (let j = from; j < i; j++) {
      const entry = data[i * stride + j]!;
      into[outMine + i]! += entry * v[j]!;
      into[outMine + j]! += entry * v[i]!;
    }
    into[outMine + i]! += data[i * stride + i]! * v[i]!;
  };
  let panel = 0;
  const restOf = (mine: number): void => {
    const size = bounds[mine + 1]! - bounds[mine]!;
    for (let i = bounds[mine + 1]! - (size & 3); i < bounds[mine + 1]!; i++) {
      for (let other = which === 'near' ? mine : 0; other <= mine; other++) {
        const to = other === mine ? i : bounds[other + 1]!;
        let sum = 0;
        for (let j = bounds[other]!; j < to; j++) {
          const entry = data[i * stride + j]!;
          sum += entry * v[j]!;
          into[mine * out.stride + j]! += entry * v[i]!;
        }
        into[other * out.stride + i]! += sum;
      }
      corner(i, i, mine);
    }
  };
  let block = 0;
  for (const { i, from, to, mine, other } of segments(bounds)) {
    while (block < mine) restOf(block++);
    if (which === 'near' && other !== mine) {
      panel += 8 * ((to - from + 1) >> 1);
      continue;
    }
    const sums = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let j = from; j < to; j += 2, panel += 8) {
      for (let e = 0; e < 2; e++) {
        const entry = (r: number): number => panels[panel + 2 * r + e]!;
        // Behind an odd last column stands the next block's number, times zero.
        const x = v[j + e]!;
        for (let r = 0; r < 4; r++) sums[2 * r + e]! += entry(r) * x;
        const first = entry(0) * v[i]! + entry(1) * v[i + 1]!;
        const second = entry(2) * v[i + 2]! + entry(3) * v[i + 3]!;
        into[mine * out.stride + j + e]! += first + second;
      }
    }
    for (let r = 0; r < 4; r++) into[other * out.stride + i + r]! += sums[2 * r]! + sums[2 * r + 1]!;
    if (other === mine) for (let r = i; r < i + 4; r++) corner(r, i, mine);
  }
  while (block + 1 < bounds.length) restOf(block++);
};

const rowProducts: Kernel['rowProducts'] = (k, list, count, from, to, v, out) => {
  for (let j = 0; j < count; j++) {
    const i = list[j]!;
    const line = i * k.stride;
    const paired = from + ((to - from) & ~1);
    let even = 0;
    let odd = 0;
    for (let l = from; l < paired; l += 2) {
      even += k.data[line + l]! * v[l]!;
      odd += k.data[line + l + 1]! * v[l + 1]!;
    }
    out[i]! += even + odd + (paired < to ? k.data[line + paired]! * v[paired]! : 0);
  }
};

export const plainKernel: Kernel = {
  name: 'plain',
  room: Infinity,
  floats: (length) => new Float64Array(length),
  scratch: (length) => new Float64Array(length),
  integers: (length) => new Int32Array(length),
  singles: (length) => new Float32Array(length),
  free: () => undefined,
  gaussians,
  scores,
  binaryBackward,
  softmaxBackward,
  addScaled,
  addRows,
  dotProduct,
  deviations,
  solveBackward,
  solveForward,
  product,
  packRows,
  packedProduct,
  mirror,
  transposedProduct,
  packPanels,
  symmetricProduct,
  rowProducts,
  ...plainSingle,
};
