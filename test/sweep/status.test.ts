/** What a folder is said to hold, against what reading all of it finds; while it is written, and after its writer was killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Plan, readResults, replan, statusOf, type Status } from '@marginalia/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, type JournalRecord, type Outcome } from '../../packages/sweep/src/journal/record.js';
import { identityOf, writeIdentity } from '../../packages/sweep/src/results.js';
import { recordOf } from '../../packages/sweep/src/run.js';
import { driver, folder, lines, reference, run, tiny, tinyPlan } from './tiny.js';

const total = ({ failed }: Status): number => Object.values(failed).reduce((sum, many) => sum + many, 0);

/** A folder whose journal holds these records, as if this plan had been executed into it last. */
function written(plan: Plan, files: readonly (readonly JournalRecord[])[]): string {
  const out = folder();
  mkdirSync(join(out, 'journal'));
  writeIdentity(out, identityOf(plan, reference));
  for (const [at, records] of files.entries())
    writeFileSync(
      join(out, 'journal', `${String(at + 1).padStart(4, '0')}.jsonl`),
      records.map((record) => `${encode(record)}\n`).join(''),
    );
  return out;
}

describe('the status of a folder', () => {
  it('counts what reading every record finds, whatever was computed into it before', () => {
    const plans = [
      tinyPlan(),
      tinyPlan({ replicates: 5 }),
      tinyPlan({ set: { dimension: '4,16' } }),
      tinyPlan({ seed: 'other' }),
      tinyPlan({ code: 'other' }),
    ];
    const outcomes: readonly Outcome[] = [
      { kind: 'measured', measurements: { mean: 1, draws: [Number.NaN] } },
      { kind: 'failed', failure: { kind: 'timed-out', message: 'no result within 1 ms' } },
      { kind: 'failed', failure: { kind: 'threw', message: 'a "quoted" word' } },
    ];
    const entry = fc.record({
      plan: fc.nat({ max: plans.length - 1 }),
      at: fc.nat(),
      outcome: fc.nat({ max: outcomes.length - 1 }),
      file: fc.nat({ max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), fc.nat({ max: plans.length - 1 }), (entries, last) => {
        const asked = plans[last] as Plan;
        const files: JournalRecord[][] = [[], [], []];
        for (const { plan, at, outcome, file } of entries) {
          const of = plans[plan] as Plan;
          const one = of.runs[at % of.runs.length] as Plan['runs'][number];
          files[file]?.push(recordOf(of, one, outcomes[outcome] as Outcome));
        }
        const out = written(asked, files);
        const { records, failures } = readResults(out);
        const planned = new Set(asked.runs.map(({ id }) => id));
        const measured = records.filter(({ id }) => planned.has(id)).length;
        const failed = failures.filter(({ id }) => planned.has(id));
        const status = statusOf(out);
        expect(status).toMatchObject({
          planned: asked.runs.length,
          measured,
          remaining: asked.runs.length - measured - failed.length,
          torn: 0,
          corrupted: 0,
          writers: 0,
          sessions: [],
        });
        expect(status.conflicts).toBeUndefined();
        for (const kind of ['timed-out', 'threw', 'exited'] as const) {
          const many = failed.filter(
            ({ outcome }) => outcome.kind === 'failed' && outcome.failure.kind === kind,
          ).length;
          expect(status.failed[kind] ?? 0).toBe(many);
        }
        const ids = new Set(
          files.flat().flatMap(({ id, outcome }) => (outcome.kind === 'measured' ? [id] : [])),
        );
        expect(status.setAside).toBe([...ids].filter((id) => !planned.has(id)).length);
      }),
      { numRuns: 60 },
    );
  });

  it('says of what a condition of the sweep drops nothing, and of a plan with nothing done that it is all there is to do', () => {
    const status = statusOf(written(tinyPlan(), []));
    // 3 dimensions × 2 budgets, less the cell that `where` drops, × 3 replicates.
    expect(status).toMatchObject({ planned: 15, measured: 0, remaining: 15, quietMs: undefined });
  });

  it('shows a torn end, a damaged line, and two records of one run that differ', () => {
    const asked = tinyPlan();
    const [one, two] = asked.runs as [Plan['runs'][number], Plan['runs'][number]];
    const measured = (mean: number, of = one): JournalRecord =>
      recordOf(asked, of, { kind: 'measured', measurements: { mean } });
    const out = written(asked, [[measured(1), measured(1, two)], [measured(2)], [measured(1)]]);
    appendFileSync(join(out, 'journal/0002.jsonl'), encode(measured(1, two)).slice(0, 40));
    const third = join(out, 'journal/0003.jsonl');
    writeFileSync(third, readFileSync(third, 'utf8').replace('"mean":1', '"mean":7'));
    const status = statusOf(out);
    expect(status).toMatchObject({
      measured: 2,
      remaining: 13,
      torn: 1,
      corrupted: 1,
      conflicts: { runs: 1 },
    });
    expect(status.conflicts?.first).toContain(`run ${one.id}`);
    expect(status.conflicts?.first).toContain('mean was 1, is 2');
  });

  it('that does not say how many cells it has says that it does not know what remains', () => {
    const asked = tinyPlan();
    const out = written(asked, []);
    const { cells: _, set: __, ...older } = identityOf(asked, reference);
    writeFileSync(join(out, 'sweep.json'), JSON.stringify(older));
    const status = statusOf(out);
    expect([status.planned, status.remaining]).toEqual([undefined, undefined]);
    expect(replan(tiny, older).runs).toEqual(asked.runs);
  });

  it('refuses a folder that is none, and one whose sweep.json is something else', () => {
    expect(() => statusOf(folder())).toThrow('got no sweep.json');
    const out = folder();
    const said = identityOf(tinyPlan(), reference);
    const doctored: readonly unknown[] = [
      { version: 7 },
      { ...said, replicates: 'x' },
      { ...said, replicates: undefined },
      { ...said, planned: 1.5 },
      { ...said, values: { size: 1 } },
      { ...said, reference: null },
    ];
    for (const other of doctored) {
      writeFileSync(join(out, 'sweep.json'), JSON.stringify(other));
      expect(() => statusOf(out)).toThrow('to say whose results these are, got something else');
    }
    writeFileSync(join(out, 'sweep.json'), JSON.stringify(said));
    expect(statusOf(out).planned).toBe(tinyPlan().runs.length);
  });
});

describe('the plan of a folder', () => {
  it('is made again from what its sweep.json says, by the same ids', async () => {
    const out = folder();
    for (const asked of [
      tinyPlan(),
      tinyPlan({ preset: 'wide', set: { scale: '3', budget: '0.25,1' }, replicates: 4, seed: 'x' }),
    ]) {
      await run({ ...asked, runs: asked.runs.slice(0, 1) }, { out });
      expect(replan(tiny, readResults(out).identity).runs).toEqual(asked.runs);
    }
  });
});

describe('a session', () => {
  it('is seen from before its first run to its end, and leaves nothing behind', async () => {
    const out = folder();
    const asked = tinyPlan({ set: { trouble: 'dawdles' }, replicates: 4 });
    const seen: Status[] = [];
    const done = run(asked, {
      out,
      onProgress: () => seen.push(statusOf(out)),
    });
    const { records } = await done;
    expect(records).toHaveLength(20);
    const [first] = seen.slice(1);
    expect(first?.sessions).toMatchObject([
      { pid: process.pid, host: hostname(), lives: 'yes', threads: 2, progress: { total: 20 } },
    ]);
    for (const status of seen) {
      expect(status.measured + (status.remaining ?? Number.NaN)).toBe(20);
      expect(total(status)).toBe(0);
    }
    expect(seen.map(({ measured }) => measured)).toEqual(
      seen.map(({ measured }) => measured).toSorted((a, b) => a - b),
    );
    expect(readdirSync(out).sort()).toEqual(['journal', 'sweep.json', 'timings.json']);
    expect(statusOf(out)).toMatchObject({ measured: 20, remaining: 0, sessions: [], writers: 0 });
  });

  it('of a process that was killed is seen as gone, with every line that it left; the next one forgets it', async () => {
    const out = folder();
    const child = spawn(process.execPath, [driver, out, '2', 'trouble=dawdles'], { stdio: 'ignore' });
    const exited = once(child, 'exit');
    try {
      while (child.exitCode === null && countOf(out) < 3) await pause(20);
      const running = statusOf(out);
      expect(running.sessions).toMatchObject([{ pid: child.pid, lives: 'yes' }]);
      expect(running.writers).toBe(1);
      expect(running.remaining).toBeGreaterThan(0);
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
    const killed = statusOf(out);
    expect(killed.sessions).toMatchObject([{ pid: child.pid, lives: 'no' }]);
    expect([killed.writers, killed.planned]).toEqual([0, 30]);
    expect(killed.measured + killed.torn).toBe(lines(out).length);
    expect(killed.remaining).toBe(30 - killed.measured);
    const identity = readResults(out).identity;
    await run(replan(tiny, identity), { out });
    expect(statusOf(out)).toMatchObject({ measured: 30, remaining: 0, sessions: [], torn: 0, setAside: 0 });
  });

  it('of another machine lives while it is heard of', async () => {
    const out = written(tinyPlan(), []);
    mkdirSync(join(out, 'running'));
    const progress = { done: 1, total: 15, failed: 0, running: 1, elapsedMs: 9 };
    const said = { pid: 1, host: 'elsewhere', threads: 4, progress };
    writeFileSync(join(out, 'running/1-a.json'), JSON.stringify(said));
    expect(statusOf(out).sessions).toMatchObject([{ host: 'elsewhere', lives: 'yes' }]);
    utimesSync(join(out, 'running/1-a.json'), 0, 0);
    expect(statusOf(out).sessions).toMatchObject([{ lives: 'unknown' }]);
    // Nobody's to take away but its own.
    await run(tinyPlan(), { out });
    expect(readdirSync(join(out, 'running'))).toEqual(['1-a.json']);
  });
});

/** Runs measured so far; none before there is a folder. */
function countOf(out: string): number {
  try {
    return statusOf(out).measured;
  } catch {
    return 0;
  }
}
