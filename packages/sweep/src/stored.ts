/** What the runs of a plan measured, read back from the journal: in columns, for plans of hundreds of thousands of runs. */
import type { Measurements } from '@marginalia/theory';
import type { MeasuredRun } from './evidence.js';
import type { Run } from './identity.js';
import { latestRecords } from './journal/latest.js';
import { scanJournalInSlices } from './journal/scan.js';
import type { Plan } from './plan.js';

/** The names of what a run measured, and of each list how long it is; −1 for a number. */
interface Layout {
  readonly names: readonly string[];
  readonly lengths: readonly number[];
  readonly size: number;
}

/** Where the measurements of a run stand. */
interface Place {
  readonly layout: Layout;
  readonly block: Float64Array;
  readonly from: number;
}

/** Doubles a block: memory grows by blocks of 1 MiB, and no number is copied once it is there. */
const blockSize = 1 << 17;

/** Measurements of many runs at 8 bytes a number, whatever each of them measured. */
class Measured {
  readonly #layouts = new Map<string, Layout>();
  #last: Layout | undefined;
  #block = new Float64Array(0);
  #used = 0;

  add(measurements: Measurements): Place {
    const layout = this.#layoutOf(measurements);
    if (this.#used + layout.size > this.#block.length) {
      this.#block = new Float64Array(Math.max(blockSize, layout.size));
      this.#used = 0;
    }
    const [block, from] = [this.#block, this.#used];
    let at = from;
    for (const name of layout.names) {
      const value = measurements[name];
      if (typeof value === 'number') block[at++] = value;
      else for (const one of value ?? []) block[at++] = one;
    }
    this.#used = at;
    return { layout, block, from };
  }

  #layoutOf(measurements: Measurements): Layout {
    const names = Object.keys(measurements);
    const lengths = names.map((name) => lengthOf(measurements[name]));
    const last = this.#last;
    if (last && alike(last.names, names) && alike(last.lengths, lengths)) return last;
    const key = JSON.stringify([names, lengths]);
    const size = lengths.reduce((sum, length) => sum + (length < 0 ? 1 : length), 0);
    const layout = this.#layouts.get(key) ?? { names, lengths, size };
    this.#layouts.set(key, layout);
    return (this.#last = layout);
  }
}

const lengthOf = (value: number | readonly number[] | undefined): number =>
  typeof value === 'number' ? -1 : (value?.length ?? 0);

const alike = <Of>(a: readonly Of[], b: readonly Of[]): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at]);

function read({ layout: { names, lengths }, block, from }: Place): Measurements {
  const measurements: Record<string, number | readonly number[]> = {};
  let at = from;
  for (const [i, name] of names.entries()) {
    const length = lengths[i] ?? 0;
    measurements[name] = length < 0 ? (block[at] ?? Number.NaN) : Array.from(block.subarray(at, at + length));
    at += Math.abs(length);
  }
  return measurements;
}

/** Of the run last looked at: every claim looks at a run several times before it goes to the next. */
let looked: { readonly run: StoredRun; readonly measurements: Measurements } | undefined;

class StoredRun implements MeasuredRun {
  readonly id: string;
  readonly axes: Run['axes'];
  readonly replicate: number;
  readonly unit?: string;
  readonly #place: Place;

  constructor({ id, axes, replicate, unit }: Run, place: Place) {
    this.id = id;
    this.axes = axes;
    this.replicate = replicate;
    if (unit !== undefined) this.unit = unit;
    this.#place = place;
  }

  get measurements(): Measurements {
    if (looked?.run !== this) looked = { run: this, measurements: read(this.#place) };
    return looked.measurements;
  }
}

/**
 * The measured runs of a plan, in plan order, as `evidenceOf` would give them. Signals and timers have their turn
 * meanwhile. Rejects with BadInput: see `scanJournal`; with DeterminismAlarm where two measured records of one run
 * differ; with the reason of the signal.
 */
export async function storedEvidence(
  { sweep, runs }: Pick<Plan, 'sweep' | 'runs'>,
  out: string,
  signal?: AbortSignal,
): Promise<readonly MeasuredRun[]> {
  const places = new Map(runs.map(({ id }, at) => [id, at]));
  const found: (StoredRun | undefined)[] = Array.from({ length: runs.length });
  const checks = new BigUint64Array(runs.length);
  const measured = new Measured();
  let differ = false;
  await scanJournalInSlices(
    out,
    sweep,
    ({ id, outcome }, { check }) => {
      const at = places.get(id);
      if (at === undefined || outcome.kind !== 'measured') return;
      const bytes = BigInt(`0x${check}`);
      if (found[at]) differ ||= checks[at] !== bytes;
      else {
        checks[at] = bytes;
        found[at] = new StoredRun(runs[at] as Run, measured.add(outcome.measurements));
      }
    },
    signal && { signal },
  );
  // Whether two checksums are one content spelled in two ways is seen by whoever has both records.
  if (differ) latestRecords(out, sweep);
  return found.filter((run) => run !== undefined);
}
