/**
 * `timings.json` of an output folder: how long runs took, summed by what they were predicted to cost. A sidecar: no
 * result depends on it, and what two sessions write at one moment may be lost.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** Runs of about the same predicted cost: sums over them. */
export interface CostClass {
  readonly runs: number;
  /** Sum of their predicted costs, in the sweep's own unit. */
  readonly cost: number;
  /** Sum of what they took, milliseconds of one worker. */
  readonly ms: number;
}

/** What one kind of machine took. */
export interface MachineTimings {
  /** The code that was timed: other code begins anew. */
  readonly code: string;
  /** By the class of their cost: see `classOf`. */
  readonly classes: Readonly<Record<string, CostClass>>;
  /** Workers' milliseconds from the first run to the last, and how many of them were spent in runs. */
  readonly lanes?: { readonly ms: number; readonly inRuns: number; readonly runs: number };
  /** Sessions, and the sum of their milliseconds before the first run began: a worker starts, the sweep loads. */
  readonly starts?: { readonly sessions: number; readonly ms: number };
}

/** By kind of machine: see `machine`. */
export type Timings = Readonly<Record<string, MachineTimings>>;

/** The kind of machine that this is: a laptop's milliseconds are not a server's. */
export const machine = (): string => cpus()[0]?.model.trim() || 'unknown';

/** Costs within a quarter of an octave of one another, ± 9 %, are one class: at most a few hundred for any sweep. */
const classesPerOctave = 4;

export const classOf = (cost: number): string =>
  cost > 0 ? String(Math.round(classesPerOctave * Math.log2(cost))) : 'none';

const timingsPath = (out: string): string => join(out, 'timings.json');

/** What the folder says; nothing where it says nothing that can be read. */
export function readTimings(out: string): Timings {
  try {
    const parsed: unknown = JSON.parse(readFileSync(timingsPath(out), 'utf8'));
    if (!isFields(parsed)) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter((entry): entry is [string, MachineTimings] => isMachine(entry[1])),
    );
  } catch {
    return {};
  }
}

/** Between two writes of one session, ms: a process that is killed loses no more of its timings. */
const writtenEvery = 5000;

/** The timings of one session: sums in memory, added to those of the folder now and then and at the end. */
export class TimingsRecorder {
  readonly #out: string;
  readonly #code: string;
  readonly #threads: number;
  readonly #machine = machine();
  readonly #began = performance.now();
  #firstRunAt: number | undefined;
  #startWritten = false;
  #lanesSince = 0;
  #writtenAt = performance.now();
  #fresh = new Map<string, Sums>();
  /** Of the first runs, which warm their workers up: what they took counts where nothing else tells of their cost. */
  readonly #cold = new Map<string, Sums>();
  #added = 0;
  /** Since the last writing, warm or not. */
  #ended = { runs: 0, ms: 0 };

  /** `threads`: workers of this process; undefined where others perform the runs, whose idle time is not known here. */
  constructor(
    out: string,
    { code, threads }: { readonly code: string; readonly threads: number | undefined },
  ) {
    this.#out = out;
    this.#code = code;
    this.#threads = threads ?? 0;
  }

  add(cost: number, ms: number): void {
    if (this.#firstRunAt === undefined) {
      this.#firstRunAt = Math.max(this.#began, performance.now() - ms);
      this.#lanesSince = this.#firstRunAt;
    }
    this.#ended = { runs: this.#ended.runs + 1, ms: this.#ended.ms + ms };
    // A worker's first batch is one run, so the first to end are about the first of each.
    addTo((this.#added += 1) <= this.#threads ? this.#cold : this.#fresh, classOf(cost), {
      runs: 1,
      cost,
      ms,
    });
    if (performance.now() - this.#writtenAt > writtenEvery) this.write();
  }

  /** The session is over. */
  end(): void {
    const known = readTimings(this.#out)[this.#machine];
    const classes = known?.code === this.#code ? known.classes : {};
    for (const [name, sums] of this.#cold)
      if (!this.#fresh.has(name) && !Object.hasOwn(classes, name)) addTo(this.#fresh, name, sums);
    this.write();
  }

  /** Atomically; a folder that cannot be written keeps the timings that it has. */
  write(): void {
    if (this.#fresh.size === 0) return;
    const now = performance.now();
    const all = readTimings(this.#out);
    const standing = all[this.#machine];
    const before = standing?.code === this.#code ? standing : undefined;
    const classes: Record<string, CostClass> = { ...before?.classes };
    for (const [name, fresh] of this.#fresh) {
      const { runs: old = 0, cost = 0, ms = 0 } = classes[name] ?? {};
      classes[name] = { runs: old + fresh.runs, cost: cost + fresh.cost, ms: ms + fresh.ms };
    }
    const { lanes, starts } = before ?? {};
    const measured: MachineTimings = {
      code: this.#code,
      classes,
      ...(this.#threads === 0
        ? { ...(lanes && { lanes }), ...(starts && { starts }) }
        : {
            lanes: {
              ms: (lanes?.ms ?? 0) + this.#threads * (now - this.#lanesSince),
              inRuns: (lanes?.inRuns ?? 0) + this.#ended.ms,
              runs: (lanes?.runs ?? 0) + this.#ended.runs,
            },
            starts: {
              sessions: (starts?.sessions ?? 0) + (this.#startWritten ? 0 : 1),
              ms: (starts?.ms ?? 0) + (this.#startWritten ? 0 : (this.#firstRunAt ?? now) - this.#began),
            },
          }),
    };
    this.#fresh = new Map();
    this.#ended = { runs: 0, ms: 0 };
    this.#startWritten = true;
    [this.#lanesSince, this.#writtenAt] = [now, now];
    const draft = `${timingsPath(this.#out)}.${process.pid}`;
    try {
      writeFileSync(draft, `${JSON.stringify({ ...all, [this.#machine]: measured }, undefined, 1)}\n`);
      renameSync(draft, timingsPath(this.#out));
    } catch {
      rmSync(draft, { force: true });
    }
  }
}

interface Sums {
  runs: number;
  cost: number;
  ms: number;
}

function addTo(sums: Map<string, Sums>, name: string, { runs, cost, ms }: CostClass): void {
  const known = sums.get(name) ?? { runs: 0, cost: 0, ms: 0 };
  sums.set(name, { runs: known.runs + runs, cost: known.cost + cost, ms: known.ms + ms });
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const amounts = (value: unknown, names: readonly string[]): boolean =>
  isFields(value) && names.every((name) => Number.isFinite(value[name]) && Number(value[name]) >= 0);

function isMachine(value: unknown): value is MachineTimings {
  if (!isFields(value) || typeof value['code'] !== 'string' || !isFields(value['classes'])) return false;
  const { classes, lanes, starts } = value;
  return (
    Object.values(classes).every((one) => amounts(one, ['runs', 'cost', 'ms'])) &&
    (lanes === undefined || amounts(lanes, ['ms', 'inRuns', 'runs'])) &&
    (starts === undefined || amounts(starts, ['sessions', 'ms']))
  );
}
