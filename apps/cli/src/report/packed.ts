/**
 * Runs and what claims found in them, small enough for a page: numbers as little-endian doubles in base64, bit for bit.
 * What is unpacked gives the same verdicts and the same figures as the runs themselves.
 */
import {
  about,
  atLeast,
  atMost,
  exactly,
  judge,
  proportional,
  type AxisValue,
  type Claim,
  type Evidence,
  type Relation,
} from '@marginalia/theory';
import { verdictOf, type MeasuredRun } from '@marginalia/sweep';

interface PackedAxis {
  readonly levels: readonly AxisValue[];
  /** Of each run, the place of its value among the levels. */
  readonly at: string;
}

interface Layout {
  readonly names: readonly string[];
  /** −1 for a number, else how long the list is. */
  readonly lengths: readonly number[];
}

export interface PackedRuns {
  readonly count: number;
  readonly axes: Readonly<Record<string, PackedAxis>>;
  readonly replicate: string;
  readonly unit: string;
  readonly layouts: readonly Layout[];
  readonly layout: string;
  readonly numbers: string;
}

export interface PackedClaim {
  readonly id: string;
  readonly title: string;
  readonly measured: string;
  readonly range?: readonly [number, number];
  readonly relation: Omit<Relation, 'slack' | 'words'>;
  readonly assumptions: readonly string[];
  /** Of each run: −1 judged, −2 not finite, else the place of the first assumption that it does not meet. */
  readonly unmet: string;
  /** Quantity and bound of each run. */
  readonly findings: string;
}

/** Stands for whatever a claim read that was not finite. */
const notFinite = '\u0000';

export function packRuns(runs: readonly MeasuredRun[], axisNames: readonly string[]): PackedRuns {
  const layouts: Layout[] = [];
  const places = new Map<string, number>();
  const numbers: number[] = [];
  const layout = runs.map(({ measurements }) => {
    const names = Object.keys(measurements);
    const lengths = names.map((name) => {
      const value = measurements[name];
      return typeof value === 'number' ? -1 : (value?.length ?? 0);
    });
    for (const name of names) {
      const value = measurements[name];
      if (typeof value === 'number') numbers.push(value);
      else for (const one of value ?? []) numbers.push(one);
    }
    const key = JSON.stringify([names, lengths]);
    const known = places.get(key) ?? layouts.push({ names, lengths }) - 1;
    places.set(key, known);
    return known;
  });
  const units = new Map<string, number>();
  return {
    count: runs.length,
    axes: Object.fromEntries(
      axisNames.map((name) => {
        const levels = new Map<AxisValue, number>();
        const at = runs.map(({ axes }) => placeOf(levels, axes[name] ?? ''));
        return [name, { levels: [...levels.keys()], at: integers(at) }];
      }),
    ),
    replicate: integers(runs.map(({ replicate }) => replicate)),
    unit: integers(runs.map(({ id, unit }) => placeOf(units, unit ?? id))),
    layouts,
    layout: integers(layout),
    numbers: base64(new Float64Array(numbers)),
  };
}

function placeOf<Key>(places: Map<Key, number>, key: Key): number {
  const known = places.get(key);
  if (known !== undefined) return known;
  places.set(key, places.size);
  return places.size - 1;
}

/** The ids of the runs are their places. */
export function unpackRuns(packed: PackedRuns): readonly MeasuredRun[] {
  const numbers = new Float64Array(bytesOf(packed.numbers).buffer);
  const [layout, replicate, unit] = [packed.layout, packed.replicate, packed.unit].map(readIntegers) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const axes = Object.entries(packed.axes).map(
    ([name, { levels, at }]) => [name, levels, readIntegers(at)] as const,
  );
  let from = 0;
  return Array.from({ length: packed.count }, (_, run): MeasuredRun => {
    const measurements: Record<string, number | readonly number[]> = { [notFinite]: Number.NaN };
    const { names, lengths } = packed.layouts[layout[run] as number] as Layout;
    for (const [i, name] of names.entries()) {
      const length = lengths[i] as number;
      measurements[name] =
        length < 0 ? (numbers[from] as number) : Array.from(numbers.subarray(from, from + length));
      from += Math.abs(length);
    }
    return {
      id: String(run),
      axes: Object.fromEntries(
        axes.map(([name, levels, at]) => [name, levels[at[run] as number] as AxisValue]),
      ),
      replicate: replicate[run] as number,
      unit: String(unit[run]),
      measurements,
    };
  });
}

export function packClaim(claim: Claim, runs: readonly MeasuredRun[]): PackedClaim {
  const unmet = new Int32Array(runs.length).fill(-1);
  const findings = new Float64Array(2 * runs.length).fill(Number.NaN);
  const names = claim.assumptions.map(({ name }) => name);
  for (const [at, run] of runs.entries()) {
    const finding = judge(claim, run);
    if (finding.kind === 'vacuous') unmet[at] = names.indexOf(finding.assumption);
    else if (finding.kind === 'inconclusive')
      unmet[at] = (verdictOf(claim, [run]).missing.diverged ?? 0) > 0 ? -2 : -1;
    else findings.set([finding.quantity, finding.bound], 2 * at);
  }
  const { id, title, measured, range } = claim;
  const { slack: _, words: __, ...relation } = claim.relation;
  return {
    id,
    title,
    measured,
    ...(range
      ? {
          range: range.map((end) =>
            Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, end)),
          ) as unknown as readonly [number, number],
        }
      : {}),
    relation,
    assumptions: names,
    unmet: base64(unmet),
    findings: base64(findings),
  };
}

/** A claim that finds in every run what the one that was packed found. */
export function unpackClaim(packed: PackedClaim): Claim {
  const unmet = readIntegers(packed.unmet);
  const findings = new Float64Array(bytesOf(packed.findings).buffer);
  const placed = (run: Evidence): number => Number((run as MeasuredRun).id);
  const { id, title, measured, range } = packed;
  const end = (value: number): number =>
    Math.abs(value) === Number.MAX_VALUE ? Math.sign(value) * Infinity : value;
  return {
    id,
    title,
    measured,
    statement: '',
    source: { paper: '', authors: '', year: 0, locator: '', reading: 'derived' },
    notation: {},
    expected: '',
    ...(range ? { range: [end(range[0]), end(range[1])] } : {}),
    relation: relationOf(packed.relation as Relation),
    assumptions: packed.assumptions.map((name, at) => ({
      name,
      statement: name,
      check: (run) => unmet[placed(run)] !== at,
    })),
    measure: (run) => {
      const at = placed(run);
      if (unmet[at] === -2) void run.measurements[notFinite];
      return { quantity: findings[2 * at] as number, bound: findings[2 * at + 1] as number };
    },
  };
}

function relationOf(relation: Relation): Relation {
  switch (relation.kind) {
    case 'exactly':
      return exactly();
    case 'at-most':
      return atMost(relation);
    case 'at-least':
      return atLeast(relation);
    case 'about':
      return about(relation);
    case 'proportional':
      return proportional(relation);
  }
}

const integers = (values: readonly number[]): string => base64(Int32Array.from(values));
const readIntegers = (text: string): Int32Array => new Int32Array(bytesOf(text).buffer);

/** Chunks that the arguments of a call hold. */
const chunk = 1 << 13;

function base64(values: Float64Array | Int32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += chunk)
    text += String.fromCharCode(...bytes.subarray(at, at + chunk));
  return btoa(text);
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
