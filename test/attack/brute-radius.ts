/**
 * The exact radius by brute force, for tiny nets. In each activation pattern the score is linear and the pattern's
 * region a polyhedron, so the nearest flip is the nearest point of some face of some region: enumerate the cells
 * and the sets of independent hyperplanes (kinks, and ties of scores), solve each, and keep the nearest point at which
 * the net itself says "flipped". Shares nothing with the solver under test but the read-out of scores. `slope` is that of
 * every activation on its negative side: 0 for ReLU.
 */
import { type Target } from '@marginalia/attack';
import { duels, row, score, type Readout } from '@marginalia/core';

/** ⟨normal, δ⟩ = offset. */
interface Hyperplane {
  readonly normal: readonly number[];
  readonly offset: number;
}

/** Brute force computes with rounding too: the radius lies between these, equal in all but the worst conditioned nets. */
export interface BruteRadius {
  readonly atLeast: number;
  readonly atMost: number;
}

/** Shares of the net's own scale below which a margin counts as zero: in doubt in favour of a flip, and against one. */
const lenient = 1e-10;
const strict = 1e-13;

class Nearest {
  atLeast = Infinity;
  atMost = Infinity;
  readonly #target: Target;
  readonly #scale: number;
  readonly #slope: number;

  constructor(target: Target, slope: number) {
    this.#target = target;
    this.#scale = scaleOf(target);
    this.#slope = slope;
  }

  offer(point: readonly number[], size: number): void {
    if (!(size < this.atMost)) return;
    const margin = leakyMargin(this.#target, point, this.#slope);
    if (margin <= lenient * this.#scale) this.atLeast = Math.min(this.atLeast, size);
    if (margin <= strict * this.#scale * (1 + size)) this.atMost = size;
  }
}

/** y f(x + δ) with φ_α for activation, written down once more. */
function leakyMargin({ network, input, label }: Target, delta: readonly number[], slope: number): number {
  const activations = network.biases.map((bias, r) => {
    const weights = row(network.weights, r);
    let p = bias;
    for (let l = 0; l < input.length; l++) p += weights[l]! * (input[l]! + delta[l]!);
    return p > 0 ? p : slope * p;
  });
  return label * score(network.readout, activations);
}

/** Pivots below this mean that hyperplanes depend on one another; another set then describes the same face. */
const dependent = 1e-9;

/** inf{‖δ‖₂ : y f(x + δ) ≤ 0}, Infinity when nothing flips. Linear, max and argmax read-outs. */
export function bruteRadius(target: Target, slope = 0): BruteRadius {
  const dimension = target.input.length;
  const nearest = new Nearest(target, slope);
  nearest.offer(new Array<number>(dimension).fill(0), 0);
  for (const { kinks, ties } of regions(target, slope)) {
    for (const tied of subsets(ties, dimension)) {
      if (tied.length === 0) continue;
      for (const kinked of subsets(kinks, dimension - tied.length)) {
        const point = leastNorm([...tied, ...kinked]);
        if (point) nearest.offer(point, Math.hypot(...point));
      }
    }
  }
  return nearest;
}

/** The facets ±δ_l = t of {‖δ‖∞ ≤ t}. */
export function bruteRadiusLinf(target: Target, slope = 0): BruteRadius {
  const dimension = target.input.length;
  const facets = Array.from({ length: 2 * dimension }, (_, i) =>
    Array.from({ length: dimension }, (_, l) => (l === i >> 1 ? 1 - 2 * (i & 1) : 0)),
  );
  return brutePolyhedral(target, slope, facets, (point) => Math.max(...point.map(Math.abs)));
}

/** The facets Σ ±δ_l = t of {‖δ‖₁ ≤ t}. */
export function bruteRadiusL1(target: Target, slope = 0): BruteRadius {
  const dimension = target.input.length;
  const facets = Array.from({ length: 2 ** dimension }, (_, i) =>
    Array.from({ length: dimension }, (_, l) => 1 - 2 * ((i >> l) & 1)),
  );
  return brutePolyhedral(target, slope, facets, (point) =>
    point.reduce((sum, value) => sum + Math.abs(value), 0),
  );
}

/** Vertices of {(δ, t) : ⟨s, δ⟩ ≤ t for each facet s} cut by the hyperplanes, at least one tie among them. */
function brutePolyhedral(
  target: Target,
  slope: number,
  facets: readonly number[][],
  sizeOf: (point: readonly number[]) => number,
): BruteRadius {
  const dimension = target.input.length;
  const nearest = new Nearest(target, slope);
  nearest.offer(new Array<number>(dimension).fill(0), 0);
  const faces = facets.map((facet): Hyperplane => ({ normal: [...facet, -1], offset: 0 }));
  const lift = ({ normal, offset }: Hyperplane): Hyperplane => ({ normal: [...normal, 0], offset });
  for (const { kinks, ties } of regions(target, slope)) {
    const walls = [...kinks.map(lift), ...faces];
    for (const tied of subsets(ties.map(lift), dimension)) {
      if (tied.length === 0) continue;
      for (const chosen of subsets(walls, dimension + 1 - tied.length)) {
        if (tied.length + chosen.length !== dimension + 1) continue;
        const vertex = leastNorm([...tied, ...chosen]);
        if (!vertex) continue;
        const reach = vertex.pop()!;
        const size = sizeOf(vertex);
        if (size <= reach * (1 + 1e-9)) nearest.offer(vertex, size);
      }
    }
  }
  return nearest;
}

/** Σ_r (|w_r| |x| + |b_r|) |a_r|: what rounding of a margin is relative to. */
export function scaleOf({ network, input }: Target): number {
  const { readout } = network;
  let scale = 0;
  network.biases.forEach((bias, r) => {
    const weight = weightOf(readout, r);
    scale += weight * (Math.abs(bias) + Math.hypot(...row(network.weights, r)) * (1 + Math.hypot(...input)));
  });
  return scale;
}

function weightOf(readout: Readout, neuron: number): number {
  if (readout.kind === 'linear') return Math.abs(readout.outputs[neuron]!);
  if (readout.kind === 'argmax')
    return Math.max(...duels(readout).map((outputs) => Math.abs(outputs[neuron]!)));
  return 1 / readout.size;
}

interface Region {
  readonly kinks: readonly Hyperplane[];
  readonly ties: readonly Hyperplane[];
}

/** Every activation pattern that some point has, with its kinks and the hyperplanes on which own and rival scores tie. */
function* regions({ network, input, label }: Target, slope: number): Generator<Region> {
  const { readout } = network;
  const lines = Array.from(network.biases, (bias, r) => {
    const normal = Array.from(row(network.weights, r));
    return { normal, offset: -bias - normal.reduce((sum, weight, l) => sum + weight * input[l]!, 0) };
  });
  const combine = (weights: readonly number[]): Hyperplane => ({
    normal: Array.from(input, (_, l) =>
      weights.reduce((sum, weight, r) => sum + weight * lines[r]!.normal[l]!, 0),
    ),
    offset: weights.reduce((sum, weight, r) => sum + weight * lines[r]!.offset, 0),
  });
  for (const pattern of patterns(lines)) {
    const on = (r: number): number => ((pattern >> r) & 1 ? 1 : slope);
    if (readout.kind === 'linear') {
      yield { kinks: lines, ties: [combine(lines.map((_, r) => on(r) * readout.outputs[r]!))] };
      continue;
    }
    if (readout.kind === 'argmax') {
      for (const outputs of duels(readout)) {
        yield { kinks: lines, ties: [combine(lines.map((_, r) => on(r) * outputs[r]!))] };
      }
      continue;
    }
    const groups = Array.from(readout.classes, (side, group) => ({ side, group }));
    const share = (r: number, group: number): number => (Math.floor(r / readout.size) === group ? on(r) : 0);
    for (const rival of groups.filter(({ side }) => side !== label)) {
      yield {
        kinks: lines,
        ties: groups
          .filter(({ side }) => side === label)
          .map((own) => combine(lines.map((_, r) => share(r, own.group) - share(r, rival.group)))),
      };
    }
  }
}

/**
 * The patterns of the cells of an arrangement, a bit a line (and some patterns of no cell where lines meet): every cell
 * touches a flat where as many independent lines meet as there are, and has the signs of that flat on the other lines.
 */
function patterns(lines: readonly Hyperplane[]): ReadonlySet<number> {
  const lengths = lines.map(({ normal }) => Math.hypot(...normal));
  const bent = lines.filter((_, r) => lengths[r]! > 0);
  const found = new Set<number>();
  const add = (point: readonly number[]): void => {
    let sure = 0;
    const unsure: number[] = [];
    const far = Math.max(1, ...point.map(Math.abs));
    lines.forEach(({ normal, offset }, r) => {
      const size = Math.abs(offset) + lengths[r]! * far;
      const height = normal.reduce((sum, value, l) => sum + value * (point[l] ?? 0), -offset);
      if (lengths[r]! > 0 && Math.abs(height) <= 1e-8 * size) unsure.push(r);
      else if (height > 0) sure |= 1 << r;
    });
    for (let turn = 0; turn < 2 ** unsure.length; turn++) {
      found.add(unsure.reduce((bits, r, i) => bits | (((turn >> i) & 1) << r), sure));
    }
  };
  const dimension = lines[0]?.normal.length ?? 0;
  for (let rank = Math.min(dimension, bent.length); rank > 0 && found.size === 0; rank--) {
    for (const chosen of subsets(bent, rank)) {
      const point = chosen.length === rank ? leastNorm(chosen) : undefined;
      if (point) add(point);
    }
  }
  if (found.size === 0) add([]);
  return found;
}

function* subsets<Item>(items: readonly Item[], most: number, from = 0): Generator<Item[]> {
  yield [];
  if (most === 0) return;
  for (let i = from; i < items.length; i++) {
    for (const rest of subsets(items, most - 1, i + 1)) yield [items[i]!, ...rest];
  }
}

/** The least-norm point of an intersection of hyperplanes, by Gaussian elimination; undefined when they depend. */
function leastNorm(planes: readonly Hyperplane[]): number[] | undefined {
  const size = planes.length;
  const lengths: number[] = [];
  for (const { normal, offset } of planes) {
    const length = Math.hypot(...normal);
    if (!Number.isFinite(offset / length)) return undefined;
    lengths.push(length);
  }
  const system: number[][] = [];
  for (let i = 0; i < size; i++) {
    const line: number[] = [];
    for (let j = 0; j < size; j++) {
      const [one, other] = [planes[i]!.normal, planes[j]!.normal];
      let product = 0;
      for (let l = 0; l < one.length; l++) product += one[l]! * other[l]!;
      line.push(product / lengths[i]! / lengths[j]!);
    }
    line.push(planes[i]!.offset / lengths[i]!);
    system.push(line);
  }
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) {
      if (Math.abs(system[i]![column]!) > Math.abs(system[pivot]![column]!)) pivot = i;
    }
    if (Math.abs(system[pivot]![column]!) < dependent) return undefined;
    [system[column], system[pivot]] = [system[pivot]!, system[column]!];
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const factor = system[i]![column]! / system[column]![column]!;
      for (let j = column; j <= size; j++) system[i]![j]! -= factor * system[column]![j]!;
    }
  }
  const point = new Array<number>(planes[0]!.normal.length).fill(0);
  planes.forEach(({ normal }, i) => {
    const multiplier = system[i]![size]! / system[i]![i]! / lengths[i]!;
    for (let l = 0; l < point.length; l++) point[l]! += multiplier * normal[l]!;
  });
  return point;
}
