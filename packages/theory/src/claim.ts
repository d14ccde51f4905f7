/**
 * The vocabulary of the house: a claim is a theorem in a form that a run can contradict.
 */
import type { Relation } from './relation.js';

/** An axis value: a number (`dimension`), or a name (`initialisation`). */
export type AxisValue = number | string;

/** What one run measured: scalars, or grids such as the robust accuracy at each radius. */
export type Measurements = Readonly<Record<string, number | readonly number[]>>;

/** One finished run as a claim sees it. A pure value: claims never see a net, a data set or a clock. */
export interface Evidence {
  readonly axes: Readonly<Record<string, AxisValue>>;
  readonly replicate: number;
  readonly measurements: Measurements;
  /**
   * Names the random numbers that the run drew. Runs of one unit saw the same data and differ in the other axes alone:
   * whoever weighs runs as evidence counts them once. A run without a unit shares its numbers with none.
   */
  readonly unit?: string;
}

/** Where a claim comes from. `reading` says how literally we take it. */
export interface Source {
  readonly paper: string;
  readonly authors: string;
  readonly year: number;
  readonly arxiv?: string;
  /** Theorem, equation, figure or page. */
  readonly locator: string;
  /**
   * `as-stated`: the paper's own inequality. `derived`: a finite-size consequence that we derived;
   * the derivation stands in the claim file. `published`: a number read off the paper.
   */
  readonly reading: 'as-stated' | 'derived' | 'published';
}

/** A hypothesis of the theorem, checked on every run; a run that does not meet it is `vacuous`. */
export interface Assumption {
  readonly name: string;
  /** The sentence, as a paper would write it. */
  readonly statement: string;
  /** True when the run meets it. A measurement that is missing or NaN makes it unmet. */
  readonly check: (run: Evidence) => boolean;
}

/** The measured quantity and what the claim compares it with. */
export interface Measurement {
  readonly quantity: number;
  readonly bound: number;
}

/**
 * One claim judged on one run. `slack` is how far inside its bound the quantity lies,
 * in the units of the relation; negative when violated.
 */
export type Finding =
  | { readonly kind: 'holds'; readonly quantity: number; readonly bound: number; readonly slack: number }
  | { readonly kind: 'violated'; readonly quantity: number; readonly bound: number; readonly slack: number }
  | { readonly kind: 'vacuous'; readonly assumption: string }
  | { readonly kind: 'inconclusive'; readonly reason: string };

/** What the runs of a sweep may say of a claim. */
export const verdictKinds = ['supported', 'refuted', 'vacuous', 'inconclusive'] as const;
export type VerdictKind = (typeof verdictKinds)[number];

export interface Claim {
  /** `<paper>/<claim>`, kebab-case, unique in the registry. */
  readonly id: string;
  /** One line for the verdict table. */
  readonly title: string;
  /** The statement as the paper, or we from it, would write it. */
  readonly statement: string;
  readonly source: Source;
  /** The symbols of the statement: ours on the left, in words on the right. */
  readonly notation: Readonly<Record<string, string>>;
  readonly assumptions: readonly Assumption[];
  /** In words: what a run measures for it, from which columns. */
  readonly measured: string;
  /** NaN where the run did not measure it: the finding is then `inconclusive`. */
  readonly measure: (run: Evidence) => Measurement;
  /**
   * The least and the largest value that the quantity can take in any run; an end may be infinite. A verdict that must hold at
   * every look then assumes nothing else of the law of the runs, and runs that are missing have bounds.
   */
  readonly range?: readonly [least: number, most: number];
  readonly relation: Relation;
  /** What we expect of it, and why; printed by `explain`. */
  readonly expected: string;
  /**
   * The verdict that we expect; `supported` when absent. Where our derivation and a paper differ both readings are
   * claims, and one of them expects to be refuted.
   */
  readonly expects?: VerdictKind;
}

/** The verdict that we expect of a claim. */
export const expectationOf = ({ expects = 'supported' }: Claim): VerdictKind => expects;

/** Judge one run: assumptions first, then the relation. */
export function judge(claim: Claim, run: Evidence): Finding {
  const unmet = claim.assumptions.find((assumption) => !assumption.check(run));
  if (unmet) return { kind: 'vacuous', assumption: unmet.name };
  const { quantity, bound } = claim.measure(run);
  if (Number.isNaN(quantity) || Number.isNaN(bound)) {
    return { kind: 'inconclusive', reason: `not measured: ${claim.measured}` };
  }
  const slack = claim.relation.slack(quantity, bound);
  // ∞ against ∞, or 0/0: numbers that do not compare say nothing.
  if (Number.isNaN(slack))
    return { kind: 'inconclusive', reason: `not comparable: ${quantity} with ${bound}` };
  return { kind: slack >= 0 ? 'holds' : 'violated', quantity, bound, slack };
}

/** A scalar measurement of a run; NaN when absent, so that nothing is judged on a missing number. */
export function scalar(run: Evidence, name: string): number {
  const value = run.measurements[name];
  return typeof value === 'number' ? value : Number.NaN;
}

/** A numeric axis of a run; NaN when absent. */
export function axis(run: Evidence, name: string): number {
  const value = run.axes[name];
  return typeof value === 'number' ? value : Number.NaN;
}
