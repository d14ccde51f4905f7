/** A plan: every run that a sweep asks for, named before anything runs. */
import { BadInput } from '@marginalia/core';
import type { Claim } from '@marginalia/theory';
import type { SweepDefinition } from './define-sweep.js';
import { type Cell, expand, refuseUnknown } from './grid.js';
import { keyingAxes, type Run, type SweepKey, runIds, unitOf } from './identity.js';
import { type LargestMemory, largestMemory, memoryOf } from './memory.js';

export interface Plan extends SweepKey {
  readonly preset: string;
  /** Which values were asked for instead of the preset's. */
  readonly set: Readonly<Record<string, string>>;
  /** What the code consists of, by name: the hash of each part, to say which changed. */
  readonly parts?: Readonly<Record<string, string>>;
  readonly axisNames: readonly string[];
  /** The axes whose values key the random numbers: runs that differ in the others alone are one unit. */
  readonly keyingAxes: readonly string[];
  /** Of each cell; of the cell with fewest, where `mostReplicates` says that they differ. */
  readonly replicates: number;
  /** Of the cell with most, where cells were extended until their claims were decided. */
  readonly mostReplicates?: number;
  /** Runs of the whole, where cells differ in their replicates; a part of the plan keeps it. */
  readonly planned?: number;
  readonly cells: readonly Cell[];
  /** In grid order: cell by cell, replicate by replicate. */
  readonly runs: readonly Run[];
  readonly claims: readonly Claim[];
  /** Measurements that tables show first. */
  readonly headline: readonly string[];
  /** What the environments of the cells have to say, each once. */
  readonly notes: readonly string[];
  /** The most workers that every cell tolerates; Infinity unless an environment limits them. */
  readonly maxThreads: number;
  /** The most memory that a run is predicted to take, where the sweep predicts any. */
  readonly largest?: LargestMemory;
}

export interface PlanOptions {
  readonly preset?: string;
  /** axis → values as a command line spells them: `{ dimension: '512,1024' }`. */
  readonly set?: Readonly<Record<string, string>>;
  readonly replicates?: number;
  readonly seed?: string;
  readonly code: string;
  /** The hash of each part of the code, by name. */
  readonly parts?: Readonly<Record<string, string>>;
}

/** The seed of a sweep that names none. */
export const defaultSeed = '1';

/**
 * Throws BadInput: see `expand`; also for two claims of one id, for replicates that are no positive
 * integer, and for a cost or a memory that is no number ≥ 0.
 */
export function plan(definition: SweepDefinition, options: PlanOptions): Plan {
  const preset = options.preset ?? definition.defaultPreset;
  refuseUnknown('preset', preset, Object.keys(definition.presets), definition.name);
  const chosen = definition.presets[preset];
  const replicates = options.replicates ?? chosen?.replicates ?? 1;
  if (!Number.isInteger(replicates) || replicates < 1) {
    throw new BadInput({
      expected: 'replicates to be an integer ≥ 1',
      got: String(replicates),
      try: '--replicates 5',
    });
  }
  const claims = chosen?.claims ?? definition.claims;
  checkClaims(definition.name, claims);
  const key: SweepKey = { sweep: definition.name, seed: options.seed ?? defaultSeed, code: options.code };
  const cells = expand(definition, { preset, replicates, ...(options.set && { set: options.set }) });
  const environments = cells.map((cell) => definition.environment?.(cell));
  const memory = cells.map((cell) => memoryOf(definition, cell));
  const largest = largestMemory(definition, cells, memory);
  const keying = keyingAxes(definition);
  const runs = cells.flatMap((axes, at) => {
    const cost = costOf(definition, axes);
    const bytes = memory[at];
    const needs = bytes === undefined ? {} : { memory: bytes };
    const facts = environments[at]?.facts ?? {};
    const decisive = Object.keys(facts).length === 0 ? {} : { facts };
    const idOf = runIds(key, { axes, ...decisive });
    return Array.from({ length: replicates }, (_, replicate): Run => {
      const unit = unitOf(keying, { axes, replicate });
      return { id: idOf(replicate), axes, replicate, ...decisive, cost, unit, ...needs };
    });
  });
  return {
    ...key,
    preset,
    set: options.set ?? {},
    ...(options.parts && { parts: options.parts }),
    axisNames: Object.keys(definition.axes),
    keyingAxes: keying,
    replicates,
    cells,
    runs,
    claims,
    headline: definition.headline ?? [],
    notes: [...new Set(environments.flatMap((environment) => environment?.note ?? []))],
    maxThreads: environments.reduce((least, one) => Math.min(least, one?.maxThreads ?? Infinity), Infinity),
    ...(largest === undefined ? {} : { largest }),
  };
}

/** A verdict is known by its claim's id alone. */
function checkClaims(sweep: string, claims: readonly Claim[]): void {
  const ids = claims.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) {
    throw new BadInput({
      expected: `every claim of ${sweep} to have an id of its own`,
      got: `two claims ${twice}`,
    });
  }
}

function costOf(definition: SweepDefinition, cell: Cell): number {
  const cost = definition.cost(cell);
  if (!(cost >= 0)) {
    throw new BadInput({
      expected: `the cost of a run of ${definition.name} to be a number ≥ 0`,
      got: String(cost),
    });
  }
  return cost;
}
