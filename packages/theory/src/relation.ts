/**
 * How a measured quantity must stand to its bound, and how the runs of a sweep are gathered into an estimate.
 * A relation is a value: `sweep` turns it and the findings into a verdict.
 */
export type Relation = Exactly | AtMost | AtLeast | About | Proportional;

interface PerRun {
  /** Signed distance to the bound: ≥ 0 holds. */
  readonly slack: (quantity: number, bound: number) => number;
  /** In words, for `explain`. */
  readonly words: string;
}

/** True of every single run, so that one violation refutes it: an identity's relative error against its allowance, or a sure bound. */
export interface Exactly extends PerRun {
  readonly kind: 'exactly';
}
/** quantity ≤ bound in at least a share `rate` of runs, and on average. */
export interface AtMost extends PerRun {
  readonly kind: 'at-most';
  readonly rate: number;
}
/** quantity ≥ bound in at least a share `rate` of runs, and on average. */
export interface AtLeast extends PerRun {
  readonly kind: 'at-least';
  readonly rate: number;
}
/** |quantity / bound − 1| ≤ within in at least a share `rate` of runs, and on average. The estimate is the ratio. */
export interface About extends PerRun {
  readonly kind: 'about';
  readonly within: number;
  readonly rate: number;
}
/** quantity / bound ∝ axis^exponent over the grid of the sweep, other axes held; the estimate is the exponent. */
export interface Proportional extends PerRun {
  readonly kind: 'proportional';
  /** The covariate whose exponent is claimed; `bound` of the measurement divides out what is known. */
  readonly axis: string;
  readonly exponent: number;
  /** The other axes of the fit. */
  readonly alongside: readonly string[];
  readonly within: number;
}

/** Share of runs that must hold for a with-high-probability claim to be `supported`. */
const highProbability = 0.95;

export const exactly = (): Exactly => ({
  kind: 'exactly',
  slack: (quantity, bound) => bound - quantity,
  words: 'quantity ≤ bound in every single run: one violation refutes',
});

export const atMost = ({ rate = highProbability } = {}): AtMost => ({
  kind: 'at-most',
  rate,
  slack: (quantity, bound) => bound - quantity,
  words: `quantity ≤ bound, in at least ${100 * rate} % of runs and on average`,
});

export const atLeast = ({ rate = highProbability } = {}): AtLeast => ({
  kind: 'at-least',
  rate,
  slack: (quantity, bound) => quantity - bound,
  words: `quantity ≥ bound, in at least ${100 * rate} % of runs and on average`,
});

export const about = ({ within, rate = highProbability }: { within: number; rate?: number }): About => ({
  kind: 'about',
  within,
  rate,
  slack: (quantity, bound) => within - Math.abs(quantity / bound - 1),
  words: `quantity / bound = 1 ± ${within}, in at least ${100 * rate} % of runs and on average`,
});

export const proportional = (options: {
  axis: string;
  exponent: number;
  alongside: readonly string[];
  within: number;
}): Proportional => ({
  kind: 'proportional',
  ...options,
  // A single run has no exponent: it holds as a data point when its logarithm exists.
  slack: (quantity, bound) => (quantity > 0 && bound > 0 ? 0 : -1),
  words: `quantity ∝ ${options.axis}^${options.exponent}, exponent within ±${options.within}`,
});
