/**
 * The baseline: a file, made to be committed and read, of what every claim came to when it was last recorded. Claims and
 * sweeps are sorted; numbers have six digits, so that the last bit of a logarithm makes no difference.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { BadInput } from '@marginalia/core';
import { verdictKinds, type VerdictKind } from '@marginalia/theory';
import { commandLine } from '../command-line.js';
import { alpha } from '../sweep/summary.js';
import type { Row } from './outcome.js';

export interface Entry {
  readonly verdict: VerdictKind;
  readonly estimate: number | null;
  /** Its ends are rounded outwards: what was recorded lies within. */
  readonly interval: readonly [number, number] | null;
  readonly bound: number | null;
}

/** By claim, then by sweep. */
export type Entries = Readonly<Record<string, Readonly<Record<string, Entry>>>>;

const version = 1;
const about = 'What npx marginalia check came to; npx marginalia check --update records it anew';

/** Undefined where there is no such file. Throws BadInput for a file that is no baseline, or one of another version. */
export function readBaseline(file: string): Entries | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    const got = code === 'EISDIR' ? 'a folder' : code === 'EACCES' ? 'no permission' : String(code);
    throw new BadInput({ expected: `a baseline in ${file}`, got, try: 'another --baseline' });
  }
  const foreign = (got: string): BadInput =>
    new BadInput({ expected: `a baseline in ${file}`, got, try: 'another --baseline' });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw foreign('a file that is no JSON');
  }
  if (!isRecord(document) || document['marginalia'] !== 'baseline')
    throw foreign('a file that is something else');
  if (document['version'] !== version || document['alpha'] !== alpha) {
    const said = (of: unknown, level: unknown): string => `version ${String(of)}, α = ${String(level)}`;
    throw new BadInput({
      expected: `a baseline of ${said(version, alpha)} in ${file}`,
      got: said(document['version'], document['alpha']),
      try: `moving it away and ${commandLine('check', '--update', '--baseline', file)}`,
    });
  }
  const { claims } = document;
  if (!isRecord(claims)) throw foreign('one without claims');
  return Object.fromEntries(
    Object.entries(claims).map(([claim, sweeps]) => {
      if (!isRecord(sweeps)) throw foreign(`one whose ${claim} has no sweeps`);
      const entries = Object.entries(sweeps).map(([sweep, entry]) => {
        const read = entryOf(entry);
        if (!read) throw foreign(`one whose ${claim} of ${sweep} is damaged`);
        return [sweep, read] as const;
      });
      return [claim, Object.fromEntries(entries)];
    }),
  );
}

/** Atomically: a baseline that is cut short would be no baseline. Throws BadInput where it cannot be written. */
export function writeBaseline(file: string, entries: Entries): void {
  const document = {
    marginalia: 'baseline',
    version,
    about,
    alpha,
    claims: sorted(Object.entries(entries).map(([claim, sweeps]) => [claim, sorted(Object.entries(sweeps))])),
  };
  const text = JSON.stringify(document, (_, field: unknown) => spelled(field), 2)
    // An interval stands on one line.
    .replaceAll(/\[\s+([^[\]{}]*?)\s+\]/g, (_, ends: string) => `[${ends.replace(/,\s+/, ', ')}]`);
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, `${text}\n`);
    renameSync(draft, file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new BadInput({
      expected: `a place for the baseline at ${file}`,
      got: code === 'ENOENT' ? 'no such folder' : code === 'EISDIR' ? 'a folder' : String(code),
      try: '--baseline baseline.json',
    });
  }
}

/** What a row is recorded as. */
export const recordOf = ({ verdict, estimate, interval, bound }: Row): Entry => ({
  verdict,
  estimate: estimate === null ? null : rounded(estimate),
  interval: interval && [rounded(interval[0], 'down'), rounded(interval[1], 'up')],
  bound: bound === null ? null : rounded(bound),
});

const figures = 6;

/** Six digits; towards −∞ or ∞ where it is said. */
function rounded(value: number, towards?: 'down' | 'up'): number {
  const near = Number(value.toPrecision(figures));
  if (!Number.isFinite(value) || towards === undefined) return near + 0;
  if (towards === 'down' ? near <= value : near >= value) return near + 0;
  // One in the last of the six digits further out, in decimal, so that it is spelled with six.
  const [digits = '', exponent = '0'] = value.toExponential(figures - 1).split('e');
  const scale = 10 ** (figures - 1);
  const last = Math.round(Number(digits) * scale) + (towards === 'up' ? 1 : -1);
  return Number(`${last}e${Number(exponent) - (figures - 1)}`) + 0;
}

/** JSON has no infinities. */
const spelled = (field: unknown): unknown =>
  field === Infinity || field === -Infinity ? String(field) : field;

const sorted = <Value>(pairs: readonly (readonly [string, Value])[]): Record<string, Value> =>
  Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A number, null, or undefined for what is neither. */
function numberOf(value: unknown): number | null | undefined {
  if (value === null) return null;
  if (value === 'Infinity' || value === '-Infinity') return Number(value);
  return typeof value === 'number' ? value : undefined;
}

function entryOf(value: unknown): Entry | undefined {
  if (!isRecord(value)) return undefined;
  const verdict = verdictKinds.find((kind) => kind === value['verdict']);
  const [estimate, bound] = [numberOf(value['estimate']), numberOf(value['bound'])];
  const ends: unknown = value['interval'];
  const pair = Array.isArray(ends) ? ends.map(numberOf) : undefined;
  const [low, high] = pair ?? [];
  if (verdict === undefined || estimate === undefined || bound === undefined) return undefined;
  if (ends === null) return { verdict, estimate, bound, interval: null };
  if (pair?.length !== 2 || typeof low !== 'number' || typeof high !== 'number' || !(low <= high))
    return undefined;
  return { verdict, estimate, bound, interval: [low, high] };
}
