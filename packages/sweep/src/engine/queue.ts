/** Which runs a worker does next: batches, longest units first, so many at a time as there is memory for. */
import type { Run } from '../identity.js';

/** Runs for one worker, one after another. */
export interface Batch {
  readonly runs: readonly Run[];
  /** Predicted bytes of the largest of them. */
  readonly memory: number;
}

/** Runs that draw the same random numbers; the next one last, to be popped. */
interface Unit {
  readonly runs: Run[];
  /** Predicted work of the runs still here. */
  work: number;
}

interface Lane {
  /** Units begun here, the current one last: their other runs find what they share still in this worker. */
  readonly units: Unit[];
  /** How many runs the next batch may hold. */
  most: number;
}

/** A batch is at most this part of a worker's share of what is left, so that all workers end together. */
const batchesLeft = 8;

/** A batch of no-ops as long as this takes ten times as long as handing it over. */
const mostRuns = 128;

export class Queue {
  readonly #lanes: readonly Lane[];
  /** Units that no lane has begun, by rising work: the longest is taken off the end. */
  readonly #waiting: Unit[];
  readonly #unitOf = new Map<Run, Unit>();
  readonly #work: (run: Run) => number;
  readonly #room: number;
  #workLeft: number;
  #runsLeft: number;
  #atWork = 0;
  #memoryTaken = 0;

  /** `room`: bytes that runs at work may take together; no single run may need more. */
  constructor(pending: readonly Run[], { lanes, room }: { readonly lanes: number; readonly room: number }) {
    const total = pending.reduce((sum, { cost }) => sum + cost, 0);
    // Runs that are said to cost nothing still take their turn.
    const least = total > 0 ? (1e-6 * total) / pending.length : 1;
    this.#work = ({ cost }) => cost + least;
    this.#room = room;
    this.#lanes = Array.from({ length: lanes }, () => ({ units: [], most: 1 }));
    const units = new Map<string, Unit>();
    for (const run of pending) {
      const unit = units.get(run.unit ?? run.id) ?? { runs: [], work: 0 };
      units.set(run.unit ?? run.id, unit);
      unit.runs.push(run);
      unit.work += this.#work(run);
      this.#unitOf.set(run, unit);
    }
    for (const { runs } of units.values()) runs.reverse().sort((a, b) => a.cost - b.cost);
    this.#waiting = [...units.values()].reverse().sort((a, b) => a.work - b.work);
    this.#workLeft = [...units.values()].reduce((sum, { work }) => sum + work, 0);
    this.#runsLeft = pending.length;
  }

  /**
   * The next batch of a lane. `wait`: there is none now, but there may be one when another lane's batch ends, for it
   * may give memory or runs back. `done`: there is none any more.
   */
  take(lane: number): Batch | 'wait' | 'done' {
    if (this.#runsLeft === 0) return this.#atWork === 0 ? 'done' : 'wait';
    const own = this.#lanes[lane] as Lane;
    const target = this.#workLeft / (batchesLeft * this.#lanes.length);
    const room = this.#room - this.#memoryTaken;
    const runs: Run[] = [];
    let [work, memory] = [0, 0];
    while (runs.length < own.most) {
      const unit = this.#next(own, room);
      const run = unit?.runs.at(-1);
      if (!unit || !run || (runs.length > 0 && work + this.#work(run) > target)) break;
      unit.runs.pop();
      unit.work -= this.#work(run);
      runs.push(run);
      work += this.#work(run);
      memory = Math.max(memory, run.memory ?? 0);
    }
    if (runs.length === 0) return 'wait';
    this.#runsLeft -= runs.length;
    this.#workLeft -= work;
    this.#atWork += 1;
    this.#memoryTaken += memory;
    return { runs, memory };
  }

  /** The lane's batch has ended; the runs that it did not come to are next in this lane. */
  ended(lane: number, batch: Batch, left: readonly Run[]): void {
    const own = this.#lanes[lane] as Lane;
    const performed = batch.runs.length - left.length;
    own.most = left.length > 0 ? Math.max(1, performed) : Math.min(mostRuns, 2 * own.most);
    for (const run of left.toReversed()) {
      const unit = this.#unitOf.get(run) as Unit;
      unit.runs.push(run);
      unit.work += this.#work(run);
      this.#workLeft += this.#work(run);
      if (own.units.at(-1) !== unit) own.units.push(unit);
    }
    this.#runsLeft += left.length;
    this.#atWork -= 1;
    // Not by subtraction alone: what rounding leaves behind could keep the largest run waiting for ever.
    this.#memoryTaken = this.#atWork === 0 ? 0 : this.#memoryTaken - batch.memory;
  }

  /**
   * The unit of the lane's next run: one begun here, else the longest that nobody has begun, else the one begun
   * elsewhere with the most left: sharing what a unit shares is worth less than a worker that idles.
   */
  #next(own: Lane, room: number): Unit | undefined {
    while (own.units.at(-1)?.runs.length === 0) own.units.pop();
    const current = own.units.at(-1);
    if (current && fits(current, room)) return current;
    const fresh = this.#waiting.findLastIndex((unit) => fits(unit, room));
    const [unit] = fresh === -1 ? [this.#begun(room)] : this.#waiting.splice(fresh, 1);
    if (unit) own.units.push(unit);
    return unit;
  }

  #begun(room: number): Unit | undefined {
    return this.#lanes
      .flatMap(({ units }) => units)
      .filter((unit) => fits(unit, room))
      .reduce<Unit | undefined>((most, unit) => (most && most.work >= unit.work ? most : unit), undefined);
  }
}

const fits = ({ runs }: Unit, room: number): boolean => {
  const next = runs.at(-1);
  return next !== undefined && (next.memory ?? 0) <= room;
};
