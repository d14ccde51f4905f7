/** What a line says of its run without its measurements being read. */
import { canonical } from '@marginalia/core';
import { checkOf, decode, type FailureKind, proves, textEnd } from './record.js';

/**
 * Believed by the checksum of the line alone: neither is its id recomputed nor its shape looked at, which only matters
 * where a line was doctored together with its checksum. `scanJournal` sees that.
 */
export interface Glance {
  readonly id: string;
  readonly ended: 'measured' | FailureKind;
  /** The canonical JSON of its axes, and its replicate: which runs are replicates of one cell. */
  readonly axes: string;
  readonly replicate: number;
  readonly sweep: string;
  readonly seed: string;
  readonly code: string;
  readonly path: string;
  /** The bytes of its line in the file, without the newline. */
  readonly at: number;
  readonly length: number;
  /** See `Place`. */
  readonly check: string;
}

/*
 * Canonical JSON sorts names and escapes quotes within texts, and axes, facts and measurements are flat: each of these
 * marks can stand in a line at one place only, whatever axes and measurements are called.
 */
const beforeAxes = '{"axes":'.length;
const beforeCode = Buffer.from('},"code":"');
const beforeId = ',"id":"';
const beforeOutcome = Buffer.from('","outcome":{"');
const measured = 'kind":"measured"';
const beforeFailure = 'failure":{"kind":"';
const beforeReplicate = Buffer.from(',"replicate":');
const beforeSeed = Buffer.from(',"seed":"');
const idDigits = 20;
const quote = 34;

/** For the lines of one file: neighbours share their seed, sweep and code, which are then read once. */
export function glancing(path: string): (line: Buffer, at: number) => Glance | 'corrupted' | 'foreign' {
  let [spelled, seed, sweep, code] = ['', '', '', ''];
  return (line, begins) => {
    if (!proves(line)) return unproved(line);
    const at = line.indexOf(beforeOutcome);
    const codeAt = line.indexOf(beforeCode) + beforeCode.length;
    const seedAt = line.lastIndexOf(beforeSeed);
    const id = line.toString('latin1', at - idDigits, at);
    const ended = endedOf(line, at + beforeOutcome.length);
    const replicateAt = line.lastIndexOf(beforeReplicate, seedAt);
    const named = line.toString('latin1', at - idDigits - beforeId.length, at - idDigits) === beforeId;
    if (
      at < 0 ||
      codeAt < beforeCode.length ||
      replicateAt < at ||
      seedAt < at ||
      !named ||
      ended === undefined
    )
      return slowly(line, path, begins);
    const tail = line.toString('utf8', seedAt + 1, textEnd(line));
    if (tail !== spelled) {
      const read = fieldsOf(`{${tail}}`);
      if (!read) return slowly(line, path, begins);
      spelled = tail;
      ({ seed, sweep } = read);
    }
    const found = line.toString('utf8', codeAt, line.indexOf(quote, codeAt));
    // An escape: the next quote may not be its end.
    if (found.includes('\\')) return slowly(line, path, begins);
    if (found !== code) code = found;
    const axes = line.toString('utf8', beforeAxes, codeAt - beforeCode.length + 1);
    const replicate = Number(line.toString('latin1', replicateAt + beforeReplicate.length, seedAt));
    const place = { path, at: begins, length: line.length, check: checkOf(line) };
    return { id, ended, axes, replicate, sweep, seed, code, ...place };
  };
}

function unproved(line: Buffer): 'corrupted' | 'foreign' {
  const { kind } = decode(line);
  return kind === 'foreign' ? kind : 'corrupted';
}

/** A proved line that is not spelled as we spell it. */
function slowly(line: Buffer, path: string, at: number): Glance | 'corrupted' | 'foreign' {
  const decoded = decode(line);
  if (decoded.kind !== 'record') return decoded.kind;
  const { id, sweep, seed, code, replicate, outcome } = decoded.record;
  const axes = canonical(decoded.record.axes);
  const ended = outcome.kind === 'measured' ? outcome.kind : outcome.failure.kind;
  return {
    id,
    ended,
    axes,
    replicate,
    sweep,
    seed,
    code,
    path,
    at,
    length: line.length,
    check: checkOf(line),
  };
}

function endedOf(line: Buffer, from: number): Glance['ended'] | undefined {
  if (line.toString('latin1', from, from + measured.length) === measured) return 'measured';
  const kindAt = from + beforeFailure.length;
  if (line.toString('latin1', from, kindAt) !== beforeFailure) return undefined;
  return line.toString('latin1', kindAt, line.indexOf(quote, kindAt)) as FailureKind;
}

function fieldsOf(text: string): { readonly seed: string; readonly sweep: string } | undefined {
  try {
    const { seed, sweep } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return typeof seed === 'string' && typeof sweep === 'string' ? { seed, sweep } : undefined;
  } catch {
    return undefined;
  }
}
