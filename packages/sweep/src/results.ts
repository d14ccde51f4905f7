/** The output folder of a sweep: `sweep.json` says whose it is, `journal/` holds what its runs measured. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput, canonical } from '@marginalia/core';
import type { AxisValue } from '@marginalia/theory';
import { makeFolder } from './journal/make-folder.js';
import { latestRecords } from './journal/latest.js';
import { unitOf } from './identity.js';
import type { JournalRecord } from './journal/record.js';
import { refusal } from './journal/refusal.js';
import type { SweepReference } from './load-sweep.js';
import type { Plan } from './plan.js';
import { writeAtomically } from './write-atomically.js';

/** The contents of `sweep.json`: the plan last executed into the folder. */
export interface SweepIdentity {
  readonly sweep: string;
  readonly preset: string;
  readonly seed: string;
  readonly code: string;
  readonly axisNames: readonly string[];
  /** The axes whose values key the random numbers; absent in folders older than units. */
  readonly keyingAxes?: readonly string[];
  /** Measurements that tables show first. */
  readonly headline?: readonly string[];
  /** The values each axis took, in grid order; a derived axis lists what it came to. */
  readonly values: Readonly<Record<string, readonly AxisValue[]>>;
  /** Of each cell; of the cell with fewest, where `mostReplicates` says that they differ. */
  readonly replicates: number;
  /** The values that were asked for instead of the preset's, as typed; with preset, replicates and seed they are the plan. */
  readonly set?: Readonly<Record<string, string>>;
  /** How many cells were planned: the product of the values, less what the sweep's own condition drops. */
  readonly cells?: number;
  /** The hash of each part of the code, by name. */
  readonly parts?: Readonly<Record<string, string>>;
  /** Of the cell with most, where cells were extended until their claims were decided. */
  readonly mostReplicates?: number;
  /** How many runs that makes; cells × replicates when absent. */
  readonly planned?: number;
  /** The module's path, or the name of a built-in sweep, as the user gave it. */
  readonly reference: string;
}

export interface Results {
  readonly identity: SweepIdentity;
  /** Measured runs under the identity's code and seed, in grid order. */
  readonly records: readonly JournalRecord[];
  /** Runs that never measured anything: the latest failure of each. */
  readonly failures: readonly JournalRecord[];
  /** Files whose last line was cut off. */
  readonly torn: number;
  /** Lines that no longer hold the bytes written: never used. */
  readonly corrupted: number;
  /** Runs left out: of other code, of another seed, or repeated in another environment. */
  readonly setAside: number;
}

export function identityOf(plan: Plan, reference: SweepReference): SweepIdentity {
  const { sweep, preset, seed, code, axisNames, keyingAxes, headline, replicates, set, parts } = plan;
  const values = Object.fromEntries(
    axisNames.map((name) => [name, [...new Set(plan.cells.flatMap((cell) => cell[name] ?? []))]]),
  );
  return {
    sweep,
    preset,
    seed,
    code,
    axisNames,
    keyingAxes,
    headline,
    values,
    replicates,
    set,
    cells: plan.cells.length,
    ...(parts && { parts }),
    ...(plan.mostReplicates === undefined ? {} : { mostReplicates: plan.mostReplicates }),
    ...(plan.planned === undefined ? {} : { planned: plan.planned }),
    reference: reference.spelled ?? reference.module,
  };
}

/**
 * Everything that was measured into a folder under its latest code and seed; writes nothing.
 * Throws BadInput when the folder holds no sweep, or a journal that is not the sweep's.
 */
export function readResults(out: string): Results {
  const identity = identityIn(out);
  const { records, torn, corrupted } = latestRecords(out, identity.sweep);
  const all = [...records.values()];
  const current = all.filter(({ code, seed }) => code === identity.code && seed === identity.seed);
  // The environment is part of a run's id but not of its setting: where it changed, the latest record of a setting stands.
  const settings = new Map<string, JournalRecord>();
  for (const record of current) {
    const setting = unitOf(identity.axisNames, record);
    if (record.outcome.kind === 'measured' || settings.get(setting)?.outcome.kind !== 'measured')
      settings.set(setting, record);
  }
  const ordered = [...settings.values()].sort(gridOrder(identity));
  return {
    identity,
    records: ordered.filter((record) => record.outcome.kind === 'measured'),
    failures: ordered.filter((record) => record.outcome.kind === 'failed'),
    torn,
    corrupted,
    setAside: all.length - ordered.length,
  };
}

/** Throws BadInput when the folder holds no sweep. */
export function identityIn(out: string): SweepIdentity {
  const identity = readIdentity(out);
  if (identity) return identity;
  throw new BadInput({
    expected: `results of a sweep in ${out}`,
    got: 'no sweep.json',
    try: 'marginalia run',
  });
}

type Setting = Pick<JournalRecord, 'axes' | 'replicate'>;

/** Values listed by the latest plan come first and in its order; others follow, numbers by size before texts by spelling. */
export function gridOrder({ axisNames, values }: SweepIdentity): (a: Setting, b: Setting) => number {
  const axes = axisNames.map((name) => ({
    name,
    places: new Map(values[name]?.map((value, at) => [value, at])),
  }));
  return (a, b) => {
    for (const { name, places } of axes) {
      const [of, and] = [a.axes[name], b.axes[name]];
      if (of === and || of === undefined || and === undefined) continue;
      const [place, other] = [places.get(of) ?? Infinity, places.get(and) ?? Infinity];
      return place === other ? byValue(of, and) : place - other;
    }
    return a.replicate - b.replicate;
  };
}

/** Numbers by size, before texts by spelling. */
export function byValue(a: AxisValue, b: AxisValue): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  return typeof b === 'number' ? 1 : byText(a, b);
}

export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const identityPath = (out: string): string => join(out, 'sweep.json');

/** Undefined when the folder has no `sweep.json`; throws BadInput when it cannot be read as one. */
export function readIdentity(out: string): SweepIdentity | undefined {
  let text: string;
  try {
    text = readFileSync(identityPath(out), 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw refusal(cause, `a readable ${identityPath(out)}`);
  }
  const unreadable = (): BadInput =>
    new BadInput({
      expected: `${identityPath(out)} to say whose results these are`,
      got: 'something else',
      try: 'another --out',
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw unreadable();
  }
  if (!isIdentity(parsed)) throw unreadable();
  return parsed;
}

function isIdentity(value: unknown): value is SweepIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { sweep, preset, seed, code, reference, axisNames, values, replicates, ...rest } = value as Partial<
    Record<keyof SweepIdentity, unknown>
  >;
  const { cells, mostReplicates, planned } = rest;
  return (
    [sweep, preset, seed, code, reference].every((field) => typeof field === 'string') &&
    Array.isArray(axisNames) &&
    typeof values === 'object' &&
    values !== null &&
    Object.values(values).every((taken) => Array.isArray(taken)) &&
    [replicates, cells ?? 0, mostReplicates ?? 0, planned ?? 0].every((many) => Number.isInteger(many))
  );
}

/** Throws BadInput when the folder is another sweep's, or cannot be made. */
export function refuseOtherSweeps(out: string, sweep: string): void {
  try {
    makeFolder(out);
  } catch (cause) {
    throw refusal(cause, `an output folder ${out}`);
  }
  refuseOtherSweep(out, sweep);
}

/** Throws BadInput when the folder is another sweep's; makes nothing. */
export function refuseOtherSweep(out: string, sweep: string): void {
  const standing = readIdentity(out);
  if (standing && standing.sweep !== sweep) {
    throw new BadInput({
      expected: `an output folder of ${sweep}`,
      got: `${out}, which holds ${standing.sweep}`,
      try: 'another --out',
    });
  }
}

/**
 * Make the folder this plan's: atomically, and only when something changes, so that a finished sweep can be run again
 * where nothing may be written. Throws BadInput when it cannot be written.
 */
export function writeIdentity(out: string, identity: SweepIdentity): void {
  const standing = readIdentity(out);
  if (standing && canonical(standing) === canonical(identity)) return;
  try {
    writeAtomically(identityPath(out), `${JSON.stringify(identity, undefined, 2)}\n`);
  } catch (cause) {
    throw refusal(cause, `an output folder ${out} that can be written`);
  }
}
