/** Probes fold a trajectory while it passes; nothing of it is stored. */

/** The trajectory at one step: θ_t and the backward pass at it. Arrays are the trainer's own: read, do not keep. */
export interface Moment {
  /** t = 0, …, T: the number of steps taken. */
  readonly step: number;
  /** Mean training loss at θ_t. */
  readonly loss: number;
  /** q_i(θ_t), length n. */
  readonly margins: Float64Array;
  /** P_t, n × M. */
  readonly preactivations: Float64Array;
  /** b_t, length M. */
  readonly biases: Float64Array;
  /** W_t, M × d, materialised on demand: costs n·M·d in the Gram form. */
  readonly weights: () => Float64Array;
}

/** A fold over the moments t = 0, …, T. */
export interface Probe<State> {
  readonly start: State;
  readonly fold: (state: State, moment: Moment) => State;
}

/** Probes by name. A probe is invariant in its state, so a bag of them can only be typed by `any`. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Probes = Readonly<Record<string, Probe<any>>>;
/** What each probe folded to. */
export type Folded<P> = { readonly [Name in keyof P]: P[Name] extends Probe<infer State> ? State : never };

/** The moments at the given steps, turned into something small by `view`. */
export function snapshots<View>(
  steps: readonly number[],
  view: (moment: Moment) => View,
): Probe<readonly View[]> {
  const wanted = new Set(steps);
  return { start: [], fold: (state, moment) => (wanted.has(moment.step) ? [...state, view(moment)] : state) };
}
