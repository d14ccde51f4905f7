import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import type { JournalRecord, Run } from '@marginalia/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../packages/sweep/src/engine/bullmq/address.js';
import { FleetProgress } from '../../packages/sweep/src/engine/bullmq/fleet-progress.js';
import { GroupCommit } from '../../packages/sweep/src/engine/bullmq/group-commit.js';
import { jobsOf, payloadOf, runHere } from '../../packages/sweep/src/engine/bullmq/jobs.js';
import { JournalTail } from '../../packages/sweep/src/engine/bullmq/journal-tail.js';
import { queueOf } from '../../packages/sweep/src/engine/bullmq/keys.js';
import { encode } from '../../packages/sweep/src/journal/record.js';
import { JournalWriter } from '../../packages/sweep/src/journal/writer.js';
import { recordOf } from '../../packages/sweep/src/run.js';
import { folder, lines, tiny, tinyPlan } from './tiny.js';

const asked = tinyPlan({ replicates: 4 });
const records: readonly JournalRecord[] = asked.runs.map((run, at) =>
  recordOf(asked, run, { kind: 'measured', measurements: { at } }),
);

describe('jobs', () => {
  it('hold every run of a plan once, what shares random numbers together, and keep their names', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 4 }), (budgets, replicates) => {
        const set = { budget: Array.from({ length: budgets }, (_, i) => i + 1).join(), dimension: '2,4' };
        const { runs } = tinyPlan({ set, replicates });
        const jobs = jobsOf(runs);
        const ids = (of: readonly Run[]): string[] => of.map(({ id }) => id).sort();
        expect(ids(jobs.flatMap((job) => job.runs))).toEqual(ids(runs));
        for (const job of jobs) {
          expect(new Set(job.runs.map(({ unit }) => unit)).size).toBe(1);
          expect(job.runs.length).toBeLessThanOrEqual(16);
          // BullMQ refuses ids that are integers.
          expect(job.id).toMatch(/^r[0-9a-f]{20}$/);
        }
        expect(jobs).toHaveLength(2 * replicates * Math.ceil(budgets / 16));
        expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length);
        const costs = jobs.map(({ cost }) => cost);
        expect(costs).toEqual(costs.toSorted((a, b) => b - a));
      }),
      { numRuns: 30 },
    );
  });

  it('name runs that a worker recognises through JSON, and refuses where they would be others', () => {
    for (const run of asked.runs) {
      const [told] = (JSON.parse(JSON.stringify(payloadOf([run]))) as ReturnType<typeof payloadOf>).runs;
      if (!told) throw new Error('an empty payload');
      expect(Object.keys(told).sort()).toEqual(['axes', 'id', 'replicate']);
      expect(runHere(tiny, asked, told)).toMatchObject({
        id: run.id,
        axes: run.axes,
        replicate: run.replicate,
      });
      expect(runHere(tiny, { ...asked, code: 'other' }, told)).toBe('foreign');
      const elsewhere = { ...tiny, environment: () => ({ facts: { backend: 'another' } }) };
      expect(runHere(elsewhere, asked, told)).toBe('foreign');
    }
  });
});

describe('the queue of a sweep', () => {
  it('is another for another sweep, seed, code or folder', () => {
    const key = { sweep: 'a', seed: '1', code: 'c' };
    const names = [
      queueOf(key, '/out'),
      queueOf({ ...key, sweep: 'b' }, '/out'),
      queueOf({ ...key, seed: '2' }, '/out'),
      queueOf({ ...key, code: 'd' }, '/out'),
      queueOf(key, '/elsewhere'),
    ];
    expect(new Set(names).size).toBe(5);
    expect(queueOf(key, '/out')).toBe(names[0]);
    // A colon would end the name of the queue within its keys.
    expect(queueOf({ ...key, sweep: 'a:b c' }, '/out')).toMatch(/^a_b_c-[0-9a-f]{16}$/);
  });
});

describe('a journal that others write', () => {
  it('is read line by line, each once, at whatever bytes it is cut', () => {
    const some = records.slice(0, 6);
    const bytes = Buffer.from(some.map((record) => `${encode(record)}\n`).join(''));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 }), (cuts) => {
        const out = folder();
        mkdirSync(join(out, 'journal'));
        const file = join(out, 'journal/0001.jsonl');
        writeFileSync(file, '');
        const tail = new JournalTail(out);
        const seen: JournalRecord[] = [];
        let from = 0;
        for (const cut of [...cuts.sort((a, b) => a - b), bytes.length]) {
          appendFileSync(file, bytes.subarray(from, cut));
          from = cut;
          seen.push(...tail.records());
          expect(seen).toHaveLength(bytes.subarray(0, cut).filter((byte) => byte === 10).length);
        }
        expect(seen).toEqual(some);
        expect([...tail.records()]).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('passes over a line whose bytes have changed, and reads every file', () => {
    const out = folder();
    mkdirSync(join(out, 'journal'));
    const [one, two, three] = records.map((record) => `${encode(record)}\n`) as [string, string, string];
    writeFileSync(join(out, 'journal/0001.jsonl'), one + two.replace('"at":1', '"at":7'));
    writeFileSync(join(out, 'journal/0002.jsonl'), three);
    expect([...new JournalTail(out).records()]).toEqual([records[0], records[2]]);
  });
});

describe('a group commit', () => {
  it('acknowledges nothing before its record is on the disk, and many at once', async () => {
    const out = folder();
    let synced = 0;
    class Counting extends JournalWriter {
      override sync(): void {
        synced += 1;
        super.sync();
      }
    }
    const commit = new GroupCommit(new Counting(out));
    const ended = records.slice(0, 8).map(async (record) => {
      commit.append([record]);
      const before = synced;
      await commit.synced();
      expect(synced).toBe(before + 1);
    });
    expect(synced).toBe(0);
    await Promise.all(ended);
    expect(synced).toBe(1);
    expect(lines(out)).toHaveLength(8);
    commit.close();
  });

  it('says so to all who wait when the disk refuses', async () => {
    const refusing = { append: () => undefined, close: () => undefined };
    const commit = new GroupCommit({
      ...refusing,
      sync: () => {
        throw new BadInput({ expected: 'a disk', got: 'none' });
      },
    } as unknown as JournalWriter);
    const waiting = [commit.synced(), commit.synced()];
    for (const one of await Promise.allSettled(waiting)) expect(one).toMatchObject({ status: 'rejected' });
  });
});

describe('the progress of a fleet', () => {
  it('tells no time before anything has ended, and none that is left at the end', () => {
    const progress = new FleetProgress(asked.runs.length + 3, asked.runs);
    expect(progress.now()).toMatchObject({ done: 3, total: asked.runs.length + 3, failed: 0 });
    progress.paced();
    expect(progress.now()).not.toHaveProperty('remainingMs');
    for (const [at, run] of asked.runs.entries()) progress.ended(run, { failed: at === 0, counts: true });
    expect(progress.now()).toMatchObject({ done: asked.runs.length + 3, failed: 1 });
    expect(progress.now().remainingMs).toBeLessThan(1);
  });
});

describe('the address of a Redis', () => {
  it('is never said with its password', () => {
    const shown = (url: string): string => addressOf(url).shown;
    expect(shown('redis://user:secret@queue:6380/3')).toBe('redis://queue:6380/3');
    expect(shown('rediss://:secret@[::1]')).toBe('rediss://[::1]:6379');
    fc.assert(
      fc.property(
        fc.constantFrom('http://a.b', 'redis://h/1', 'rediss://h:1'),
        fc.stringMatching(/^s3cret[\w:@/ -]{0,6}$/),
        (url, secret) => {
          for (const one of [`redis://:${secret}@host`, url.replace('//', `//user:${secret}@`), secret]) {
            try {
              expect(addressOf(one).shown).not.toContain(secret);
            } catch (error) {
              expect(error).toBeInstanceOf(BadInput);
              expect((error as BadInput).message).not.toContain(secret);
            }
          }
        },
      ),
    );
  });
});
