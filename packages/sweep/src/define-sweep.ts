/** A sweep is a question: axes, presets, the claims that its runs are judged by, and what one run does. */
import type { Random } from '@marginalia/core';
import type { AxisValue, Claim, Measurements } from '@marginalia/theory';
import type { Axis } from './axis.js';

export type Axes = Readonly<Record<string, Axis>>;
/** One value an axis: a cell of the grid. */
export type Setting<A extends Axes> = { readonly [Name in keyof A]: ReturnType<A[Name]['check']> };

/**
 * A value derived from the axes listed before it. Written as a method, like every function of a setting below, so that
 * a sweep over known axes is also a `SweepDefinition` over any axes: what registries, the engine and the cli hold.
 */
type Derived<A extends Axes, Value> = { from(setting: Setting<A>): Value }['from'];
/** A list of values, or a value derived from the axes listed before it. */
export type Values<A extends Axes> = {
  readonly [Name in keyof A]?:
    readonly ReturnType<A[Name]['check']>[] | Derived<A, ReturnType<A[Name]['check']>>;
};

export interface Preset<A extends Axes> {
  /** One line for `list sweeps` and `--help`. */
  readonly about: string;
  /** Overrides of the sweep's default values. */
  readonly values: Values<A>;
  readonly replicates: number;
  /** The claims judged under this preset; all of the sweep's when absent. */
  readonly claims?: readonly Claim[];
}

export interface SweepDefinition<A extends Axes = Axes> {
  /** kebab-case; the folder of its results. */
  readonly name: string;
  readonly question: string;
  /** In the order in which grids are expanded and tables show them. */
  readonly axes: A;
  /** Default values of every axis. */
  readonly values: Required<Values<A>>;
  readonly presets: Readonly<Record<string, Preset<A>>>;
  readonly defaultPreset: string;
  readonly claims: readonly Claim[];
  /** The measurements that a reader looks for: tables show them first, in this order. */
  readonly headline?: readonly string[];
  /** Why the sweep cannot run on this machine (data that are not there); undefined where it can. `check` passes it over, and says so. */
  unavailable?(): string | undefined;
  /** Refuse a setting that cannot be (d < k): throw BadInput. Called for every cell before anything runs. */
  validate?(setting: Setting<A>): void;
  /** False drops a cell of the grid silently: a condition on the grid, not an error. */
  where?(setting: Setting<A>): boolean;
  /** Predicted work of a run, in any fixed unit: runs start longest first, and the ETA is weighted by it. */
  cost(setting: Setting<A>): number;
  /**
   * Predicted bytes of a run, typed arrays included: runs that would not fit together do not run together, and one that
   * fits into no memory is refused before anything runs. Without it nothing is known and all workers run at once.
   */
  memory?(setting: Setting<A>): number;
  /**
   * What besides code and axes decides the bits of a run, and the most workers it tolerates
   * (the tfjs backend at hand, for cells that train with tfjs). Part of the content hash.
   */
  environment?(setting: Setting<A>): Environment;
  /** Pure: the same setting and the same random key give the same measurements, bit for bit. */
  run(setting: Setting<A>, random: Random): Measurements | Promise<Measurements>;
  /** The arrays of a run, for `replay --dump`: what `run` drew and trained, row-major, by name (`X`, `y`, `W`, …). */
  arrays?(setting: Setting<A>, random: Random): Promise<Readonly<Record<string, DumpedArray>>>;
}

/** One array of a run: its shape (`[width, dimension]`) and its entries, row-major. */
export interface DumpedArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export interface Environment {
  readonly facts: Readonly<Record<string, string>>;
  readonly maxThreads?: number;
  /** Each is said once in the output when such cells run: `trainer tfjs runs on the wasm backend`. */
  readonly note?: string | readonly string[];
}

/** Identity with types: the axes' kinds flow into `values`, `validate`, `cost` and `run`. */
export function defineSweep<const A extends Axes>(definition: SweepDefinition<A>): SweepDefinition<A> {
  return definition;
}

export type { AxisValue };
