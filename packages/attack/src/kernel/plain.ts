/** The kernel in TypeScript, line by line what assembly/descend.ts does. */
import type { AttackKernel, Field, SmoothField, Standing } from './kernel.js';
import { alongRay, kinksAround } from './plain-ray.js';
import { descendSmooth } from './plain-smooth.js';

/** As in `ball`: rescaling rounds, and stays inside. */
const justInside = 1 - 2 ** -52;

/**
 * What rounding may move a pre-activation by over a descent, relative to its terms: a few units a step, and less than a
 * million steps.
 */
const slack = 1e-9;

/** What a ratio q_r/a_r loses when it is taken and undone. */
const slip = 2 ** -51;

export const plainAttackKernel: AttackKernel = {
  name: 'plain',
  floats: (length) => new Float64Array(length),
  free: () => undefined,
  descendSmooth,
  alongRay,
  kinksAround,
  combine,
  descend(field, standing, radius, alpha, steps, whole) {
    const { width, stride, outputs, size } = field;
    const { start, moved, trail, slopes, pull, wanted, state } = standing;
    let squared = state[0]!;
    let kept = state[1]!;
    let along = state[2]!;
    let margin = 0;
    let base = 0;
    let steep = 0;
    let share = 0;
    let shrink = 1;
    let twice = 0;
    let drop = 0;
    const inner = radius * justInside;
    let pace = 0;
    let fresh = true;
    let still = false;
    // While c stays, d is near · d − back · h for the d and h where it last changed.
    let near = 1;
    let back = 0;
    let step = 0;
    for (; ; step++) {
      if (still) {
        near = shrink * near;
        back = shrink * (back + pace);
      } else {
        // d ← shrink · (d − s h): has a neuron switched?
        let turned = fresh;
        for (let r = 0; r < stride; r += 2) {
          const d0 = shrink * (moved[r]! - pace * pull[r]!);
          const d1 = shrink * (moved[r + 1]! - pace * pull[r + 1]!);
          moved[r] = d0;
          moved[r + 1] = d1;
          const w0 = start[r]! + d0 > 0 ? outputs[r]! : 0;
          const w1 = start[r + 1]! + d1 > 0 ? outputs[r + 1]! : 0;
          if (w0 !== slopes[r]! || w1 !== slopes[r + 1]!) turned = true;
        }
        if (size > 0) turned = keepTops(width, size, outputs, start, moved, wanted, slopes) || fresh;
        if (turned) {
          fresh = false;
          const rest = along / kept;
          for (let r = 0; r < stride; r++) trail[r]! += rest * slopes[r]!;
          along = 0;
          if (size === 0) want(field, standing);
          change(field, standing);
          let [g0, g1, b0, b1, s0, s1] = [0, 0, 0, 0, 0, 0];
          for (let r = 0; r < stride; r += 2) {
            g0 += slopes[r]! * pull[r]!;
            g1 += slopes[r + 1]! * pull[r + 1]!;
            b0 += slopes[r]! * start[r]!;
            b1 += slopes[r + 1]! * start[r + 1]!;
            s0 += slopes[r]! * moved[r]!;
            s1 += slopes[r + 1]! * moved[r + 1]!;
          }
          steep = g0 + g1;
          base = b0 + b1;
          share = s0 + s1;
          const long = Math.sqrt(steep);
          pace = alpha / long;
          twice = 2 * pace;
          drop = pace * steep;
          still = size === 0 && calm(standing, stride, radius / long, radius / long + share / steep);
          // The margin falls to base − radius · ‖g‖ at most.
          if (still && !whole && base - radius * long > slack * (Math.abs(base) + radius * long)) {
            margin = base + share;
            break;
          }
        }
      }
      margin = base + share;
      if (!(margin > 0) || step === steps || !(steep > 0)) break;
      // ‖δ − s g‖² = ‖δ‖² − 2 s ⟨δ, g⟩ + α² for s = α/‖g‖; ⟨δ, g⟩ = Σ c_r d_r falls by s ‖g‖² while c stays.
      const longer = squared + alpha * alpha - twice * share;
      if (longer > radius * radius) {
        shrink = inner / Math.sqrt(longer);
        squared = inner * inner;
      } else {
        shrink = 1;
        squared = longer > 0 ? longer : 0;
      }
      kept = shrink * kept;
      along = shrink * (along - pace);
      share = shrink * (share - drop);
    }
    if (still) for (let r = 0; r < stride; r++) moved[r] = near * moved[r]! - back * pull[r]!;
    state[0] = squared;
    state[1] = kept;
    state[2] = along;
    state[3] = margin;
    return step;
  },
};

/** The slopes wanted are those of the top own group and the top rival group; says whether they differ from `slopes`. */
function keepTops(
  width: number,
  size: number,
  outputs: Float64Array,
  start: Float64Array,
  moved: Float64Array,
  wanted: Float64Array,
  slopes: Float64Array,
): boolean {
  let own = -1;
  let rival = -1;
  let highest = 0;
  let threat = 0;
  for (let first = 0; first < width; first += size) {
    let sum = 0;
    for (let r = first; r < first + size; r++) {
      const z = start[r]! + moved[r]!;
      sum += z > 0 ? z : 0;
    }
    if (outputs[first]! > 0) {
      if (own < 0 || sum > highest) {
        own = first;
        highest = sum;
      }
    } else if (rival < 0 || sum > threat) {
      rival = first;
      threat = sum;
    }
  }
  let turned = false;
  for (let first = 0; first < width; first += size) {
    const counts = first === own || first === rival;
    for (let r = first; r < first + size; r++) {
      const want = counts && start[r]! + moved[r]! > 0 ? outputs[r]! : 0;
      wanted[r] = want;
      if (want !== slopes[r]!) turned = true;
    }
  }
  return turned;
}

/** The slopes wanted; slopes and pull of all own neurons, or of all neurons, where these are much nearer to them. */
function want(
  { stride, outputs, ownPull, allPull }: Field,
  { start, moved, slopes, pull, wanted }: Standing,
): void {
  let changed = 0;
  let fromOwn = 0;
  let fromAll = 0;
  for (let r = 0; r < stride; r++) {
    const output = outputs[r]!;
    const next = start[r]! + moved[r]! > 0 ? output : 0;
    wanted[r] = next;
    if (next !== slopes[r]!) changed++;
    if (next !== (output > 0 ? output : 0)) fromOwn++;
    if (next !== output) fromAll++;
  }
  // Copies cost as much as two rows.
  if (Math.min(fromOwn, fromAll) + 2 >= changed) return;
  const ownNear = fromOwn <= fromAll;
  const known = ownNear ? ownPull : allPull;
  for (let r = 0; r < stride; r++) {
    slopes[r] = ownNear && !(outputs[r]! > 0) ? 0 : outputs[r]!;
    pull[r] = known[r]!;
  }
}

/** c ← wanted, and h = G c with it: four rows of G at a time. */
function change({ gram, width, stride }: Field, { slopes, pull, wanted }: Standing): void {
  const rows = new FourRows(gram, stride, pull);
  for (let r = 0; r < width; r++) {
    const by = wanted[r]! - slopes[r]!;
    if (by === 0) continue;
    slopes[r] = wanted[r]!;
    rows.add(r, by);
  }
  rows.end();
}

/** into += Σ factor · row of G, four at a time. */
class FourRows {
  readonly #gram: Float64Array;
  readonly #stride: number;
  readonly #into: Float64Array;
  readonly #rows: number[] = [];
  readonly #factors: number[] = [];

  constructor(gram: Float64Array, stride: number, into: Float64Array) {
    this.#gram = gram;
    this.#stride = stride;
    this.#into = into;
  }

  add(row: number, factor: number): void {
    this.#rows.push(row);
    this.#factors.push(factor);
    if (this.#rows.length === 4) this.#flush();
  }

  /** Missing ones are the first with a factor of 0. */
  end(): void {
    if (this.#rows.length === 0) return;
    while (this.#rows.length < 4) {
      this.#rows.push(this.#rows[0]!);
      this.#factors.push(0);
    }
    this.#flush();
  }

  #flush(): void {
    const gram = this.#gram;
    const into = this.#into;
    const [r0, r1, r2, r3] = this.#rows.map((row) => row * this.#stride) as [number, number, number, number];
    const [f0, f1, f2, f3] = this.#factors as [number, number, number, number];
    for (let s = 0; s < this.#stride; s++) {
      const low = f0 * gram[r0 + s]! + f1 * gram[r1 + s]!;
      const high = f2 * gram[r2 + s]! + f3 * gram[r3 + s]!;
      into[s]! += low + high;
    }
    this.#rows.length = 0;
    this.#factors.length = 0;
  }
}

/**
 * While c stays, all δ to come lie in the triangle of δ, δ − far · g and −end · g, where end = radius/‖g‖ and far is how far
 * the tangent plane of the ball at −end · g is: on the sphere they turn towards −end · g, on its side of the chord, for
 * ‖a δ − b g‖ ≤ a · radius + b ‖g‖. So c stays if no neuron switches at the corners.
 */
function calm({ start, moved, pull }: Standing, stride: number, end: number, far: number): boolean {
  const most = Math.max(0, far);
  const reach = Math.max(end, far);
  for (let r = 0; r < stride; r++) {
    const h = pull[r]!;
    const size = Math.abs(start[r]!) + Math.abs(moved[r]!) + reach * Math.abs(h);
    const spare = slack * size;
    const z0 = start[r]! + moved[r]!;
    const z1 = z0 - most * h;
    const z2 = start[r]! - end * h;
    // Where all terms are zero, as behind an odd last neuron, nothing changes.
    if (!(Math.min(z0, z1, z2) > spare || Math.max(z0, z1, z2) < -spare || size === 0)) return false;
  }
  return true;
}

/**
 * into += G q. What most neurons of a side have in common goes through the pulls that are known, the rest row by row:
 * neurons that were on in the same steps have moved δ by the same share.
 */
function combine(field: Field | SmoothField, q: Float64Array, into: Float64Array): number {
  const { gram, width, stride } = field;
  const linear = 'outputs' in field && field.size === 0 ? field : undefined;
  let own = 0;
  let rival = 0;
  if (linear) {
    const { outputs, ownPull, allPull } = linear;
    own = common(width, outputs, q, 1);
    rival = common(width, outputs, q, -1);
    for (let s = 0; s < stride; s++) into[s]! += (own - rival) * ownPull[s]! + rival * allPull[s]!;
  }
  const rows = new FourRows(gram, stride, into);
  let count = 0;
  for (let r = 0; r < width; r++) {
    const value = q[r]!;
    const by = linear ? value - (linear.outputs[r]! > 0 ? own : rival) * linear.outputs[r]! : value;
    if (Math.abs(by) <= slip * Math.abs(value)) continue;
    rows.add(r, by);
    count++;
  }
  rows.end();
  return count;
}

/**
 * The ratio q_r/a_r that more than half of the neurons of a side share, if one does: whoever has the majority outlives a
 * vote of each against all (Boyer & Moore, "MJRTY — a fast majority vote algorithm", 1991).
 */
function common(width: number, outputs: Float64Array, q: Float64Array, side: number): number {
  let ratio = 0;
  let votes = 0;
  for (let r = 0; r < width; r++) {
    const output = outputs[r]!;
    if (!(side * output > 0)) continue;
    if (votes === 0) {
      ratio = q[r]! / output;
      votes = 1;
    } else votes += Math.abs(q[r]! - ratio * output) <= slip * Math.abs(q[r]!) ? 1 : -1;
  }
  return ratio;
}
