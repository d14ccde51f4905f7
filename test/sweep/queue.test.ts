import { type Run } from '@marginalia/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Batch, Queue } from '../../packages/sweep/src/engine/queue.js';

const runOf = (id: number, cost: number, unit: string, memory?: number): Run => ({
  id: `run ${id}`,
  axes: { id },
  replicate: 0,
  cost,
  unit,
  ...(memory === undefined ? {} : { memory }),
});

interface Performed {
  readonly lane: number;
  readonly batch: Batch;
  readonly from: number;
  readonly to: number;
}

/** Plays the workers on a clock of their own: a run takes its cost, and a batch gives back what it has not begun at `slice`. */
function play(queue: Queue, lanes: number, slice = Infinity): Performed[] {
  const done: Performed[] = [];
  const busy = new Map<
    number,
    { readonly batch: Batch; readonly performed: number; readonly from: number; readonly to: number }
  >();
  let now = 0;
  for (;;) {
    let standing = true;
    for (let lane = 0; lane < lanes; lane++) {
      if (busy.has(lane)) continue;
      const batch = queue.take(lane);
      if (batch === 'wait') continue;
      if (batch === 'done') standing = false;
      else {
        let [took, performed] = [0, 0];
        while (performed < batch.runs.length && took <= slice) took += batch.runs[performed++]?.cost ?? 0;
        busy.set(lane, { batch, performed, from: now, to: now + took });
      }
    }
    const [next] = [...busy].sort(([, a], [, b]) => a.to - b.to);
    if (!next) {
      if (standing) throw new Error('a deadlock: nothing is at work, and nothing may start');
      return done;
    }
    const [lane, { batch, performed, from, to }] = next;
    now = to;
    busy.delete(lane);
    done.push({ lane, batch: { ...batch, runs: batch.runs.slice(0, performed) }, from, to });
    queue.ended(lane, batch, batch.runs.slice(performed));
  }
}

const runsIn = fc
  .array(
    fc.record({
      cost: fc.integer({ min: 0, max: 50 }),
      unit: fc.integer({ min: 0, max: 8 }),
      memory: fc.integer({ min: 0, max: 100 }),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((list) => list.map(({ cost, unit, memory }, id) => runOf(id, cost, `unit ${unit}`, memory)));

describe('the queue of runs', () => {
  it('hands out every run once, never beyond the memory, and never stands still', () => {
    fc.assert(
      fc.property(
        runsIn,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 100, max: 250 }),
        fc.integer({ min: 0, max: 60 }),
        (runs, lanes, room, slice) => {
          const done = play(new Queue(runs, { lanes, room }), lanes, slice);
          const ids = done.flatMap(({ batch }) => batch.runs.map(({ id }) => id));
          expect(ids.toSorted()).toEqual(runs.map(({ id }) => id).toSorted());
          for (const { from } of done) {
            const atOnce = done.filter((other) => other.from <= from && from < other.to);
            expect(atOnce.reduce((sum, { batch }) => sum + batch.memory, 0)).toBeLessThanOrEqual(room);
          }
        },
      ),
    );
  });

  it('starts with the longest units, and keeps the runs of one together', () => {
    const runs = [1, 5, 3].flatMap((cost, unit) =>
      Array.from({ length: 4 }, (_, i) => runOf(10 * unit + i, cost, `unit ${unit}`)),
    );
    const order = play(new Queue(runs, { lanes: 1, room: 0 }), 1).flatMap(({ batch }) => batch.runs);
    expect(order.map(({ unit }) => unit)).toEqual(
      [1, 2, 0].flatMap((unit) => Array<string>(4).fill(`unit ${unit}`)),
    );
    expect(order.slice(0, 4).map(({ id }) => id)).toEqual(['run 10', 'run 11', 'run 12', 'run 13']);
  });

  it('gives the runs of a unit to one worker while there is another unit to begin', () => {
    const runs = Array.from({ length: 400 }, (_, id) => runOf(id, 1, `unit ${id % 40}`));
    const done = play(new Queue(runs, { lanes: 2, room: 0 }), 2, 30);
    const lanes = new Map<string, Set<number>>();
    for (const { lane, batch } of done)
      for (const { unit = '' } of batch.runs) lanes.set(unit, (lanes.get(unit) ?? new Set()).add(lane));
    expect([...lanes.values()].filter((some) => some.size > 1).length).toBeLessThanOrEqual(1);
  });

  it('shares a last unit rather than let a worker idle', () => {
    const runs = Array.from({ length: 10 }, (_, id) => runOf(id, 1, 'the only unit'));
    const done = play(new Queue(runs, { lanes: 2, room: 0 }), 2);
    expect(new Set(done.map(({ lane }) => lane)).size).toBe(2);
    expect(Math.max(...done.map(({ to }) => to))).toBe(5);
  });

  it.each([2, 8])('lets %i workers end together, in batches that shrink towards the end', (lanes) => {
    const runs = Array.from({ length: 2000 }, (_, id) => runOf(id, 1, `unit ${id >> 2}`));
    const done = play(new Queue(runs, { lanes, room: 0 }), lanes);
    expect(Math.max(...done.map(({ to }) => to))).toBeLessThanOrEqual(2000 / lanes + 2);
    // Few enough that a round trip a batch is nothing beside the runs.
    expect(done.length).toBeLessThan(100 * lanes);
    expect(done.length).toBeGreaterThanOrEqual(8 * lanes);
    expect(done.at(-1)?.batch.runs).toHaveLength(1);
  });

  it('runs what is too large for company alone, and the small ones beside each other', () => {
    const runs = [
      ...Array.from({ length: 3 }, (_, id) => runOf(id, 10, `large ${id}`, 90)),
      ...Array.from({ length: 12 }, (_, id) => runOf(10 + id, 1, `small ${id}`, 20)),
    ];
    const done = play(new Queue(runs, { lanes: 2, room: 100 }), 2);
    const large = done.filter(({ batch }) => batch.memory === 90);
    for (const { from, to } of large)
      expect(done.filter((other) => other.from < to && from < other.to)).toHaveLength(1);
    expect(large).toHaveLength(3);
  });

  it('takes its turn with runs that are said to cost nothing', () => {
    const runs = Array.from({ length: 300 }, (_, id) => runOf(id, 0, `unit ${id}`));
    expect(play(new Queue(runs, { lanes: 2, room: 0 }), 2).flatMap(({ batch }) => batch.runs)).toHaveLength(
      300,
    );
  });
});
