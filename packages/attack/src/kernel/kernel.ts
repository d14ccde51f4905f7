/**
 * The inner loop of projected gradient descent, as an interface of two implementations with the same bits: `wasm`
 * (WebAssembly with 128-bit SIMD, from assembly/) and `plain` (TypeScript: the oracle in tests, and the fallback).
 * Sums run over even entries, odd entries, and then both; arrays have an even length, an odd last entry a zero behind it.
 */

/** A net in pre-activations. */
export interface Field {
  /** G = W Wᵀ, rows of `stride` numbers. */
  readonly gram: Float64Array;
  /** M. */
  readonly width: number;
  /** M, or M + 1 where that is even. */
  readonly stride: number;
  /** Linear read-out: y a_r. Max read-out: y ±1/size by the side of the neuron's group. */
  readonly outputs: Float64Array;
  /** Neurons a group of a max read-out; 0 for a linear one. */
  readonly size: number;
  /** h where all own neurons are on, y a_r > 0, and no others; zeros for a max read-out, of which it is not used. */
  readonly ownPull: Float64Array;
  /** h where all neurons are on. */
  readonly allPull: Float64Array;
}

/** A net with a log-sum-exp read-out in pre-activations. */
export interface SmoothField extends Pick<Field, 'gram' | 'width' | 'stride'> {
  /** y y_j of each group: +1 for an own one, −1 for a rival. */
  readonly sides: Float64Array;
  /** Neurons a group. */
  readonly size: number;
}

/** Where a descent stands. δ = κ δ₀ + Wᵀ (κ e + τ c), W δ = d. */
export interface Standing {
  /** p = W x + b at the point. */
  readonly start: Float64Array;
  /** d */
  readonly moved: Float64Array;
  /** e */
  readonly trail: Float64Array;
  /** c, the margin's slopes by the pre-activations: ∂(y f)/∂x = Wᵀ c. */
  readonly slopes: Float64Array;
  /** h = G c. */
  readonly pull: Float64Array;
  /** Written over: slopes to come. */
  readonly wanted: Float64Array;
  /** ‖δ‖², κ, τ, margin. */
  readonly state: Float64Array;
}

export interface AttackKernel {
  readonly name: 'wasm' | 'plain';
  readonly floats: (length: number) => Float64Array;
  readonly free: (array: Float64Array) => void;
  /**
   * Steps of length `alpha` against the margin's gradient, each projected into the ball of this radius, until the margin
   * is not positive or `steps` are made; returns how many were. `slopes` and `pull` may hold any pattern of the net. Unless
   * the `whole` descent is asked for, it ends where no step that is left can change c or the margin's sign.
   */
  readonly descend: (
    field: Field,
    standing: Standing,
    radius: number,
    alpha: number,
    steps: number,
    whole: boolean,
  ) => number;
  /** into += G q, both of `stride` numbers; returns how many rows of G that took beside the pulls of the field. */
  readonly combine: (field: Field | SmoothField, q: Float64Array, into: Float64Array) => number;
  /**
   * The same on a log-sum-exp read-out, whose slopes change with every step: h = G c anew, O(M²). `slopes` and `pull` may
   * hold anything finite; τ = 0 at the end.
   */
  readonly descendSmooth: (
    field: SmoothField,
    standing: Standing,
    radius: number,
    alpha: number,
    steps: number,
  ) => number;
  /**
   * Along p + t s on a linear read-out with these outputs y a_r: A, A′, B, B′ at t, to the right of it, where A is the sum of
   * the terms with y a_r > 0 and B that of the others, without their sign. Even lengths.
   */
  readonly alongRay: (
    outputs: Float64Array,
    start: Float64Array,
    slope: Float64Array,
    t: number,
    sums: Float64Array,
  ) => void;
  /**
   * Into `ends` the last kink −p_r/s_r in (0, clear], or 0, and the first one beyond `reach`, or Infinity; returns how many
   * lie in (clear, reach], clear ≥ 0.
   */
  readonly kinksAround: (
    start: Float64Array,
    slope: Float64Array,
    clear: number,
    reach: number,
    ends: Float64Array,
  ) => number;
}
