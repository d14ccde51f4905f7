/** A real Slurm of one machine: what its shards leave is what one process leaves. Skipped where Slurm is not installed. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, marginalia, onlyLine, type Ended } from '../cli/marginalia.js';
import { type Cluster, journalLines, journals, slurmLacks, startCluster, until } from './cluster.js';

/** Jobs start within a second or two each, on a machine that does nothing else. */
const patience = 120_000;

const lacks = slurmLacks();

interface Status {
  readonly runs: number;
  readonly measured: number;
  readonly missing: number;
  readonly shards: readonly { readonly state: string; readonly measured: number; readonly runs: number }[];
  readonly merge: { readonly state: string };
}

describe.skipIf(lacks !== undefined)(
  `Slurm${lacks === undefined ? '' : `: skipped, ${lacks} is not installed`}`,
  { timeout: patience },
  () => {
    const cwd = mkdtempSync(join(tmpdir(), 'marginalia-test-'));
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster(4);
    });
    afterAll(async () => {
      await cluster?.stop();
      rmSync(cwd, { recursive: true, force: true });
    });
    const call = (...args: readonly string[]): Promise<Ended> => marginalia(args, { cwd, env: cluster.env });
    const status = async (out: string): Promise<Status> => {
      const ended = await call('slurm', 'status', out, '--json');
      expect(ended.err).toBe('');
      return JSON.parse(ended.out) as Status;
    };
    /** What the merge wrote, and what one process says: alike but for where, and how much was there. */
    const verdicts = (text: string): unknown => ({
      ...(JSON.parse(text) as object),
      out: '',
      computed: 0,
      reused: 0,
    });
    const merged = (out: string): unknown => verdicts(readFileSync(join(cwd, out, 'verdicts.json'), 'utf8'));

    it('three shards and a merge come to what one process comes to', async () => {
      const sweep = fixture('supported.ts');
      const submitted = await call(
        'slurm',
        'submit',
        sweep,
        '--shards',
        '3',
        '--out',
        'three',
        '--mem',
        '300M',
      );
      expect(submitted.err).toBe('');
      expect(submitted.out).toMatch(
        /^supported \(quick\): 3 shards, 40 runs: job \d+ \(3 shards\); then job \d+ judges\.\n/,
      );
      const alone = await call('run', sweep, '--threads', '1', '--out', 'one', '--json');
      await cluster.idle();
      expect(await status('three')).toMatchObject({
        runs: 40,
        measured: 40,
        missing: 0,
        merge: { state: 'done' },
      });
      expect(journalLines(join(cwd, 'three'))).toEqual(journalLines(join(cwd, 'one')));
      expect(merged('three')).toEqual(verdicts(alone.out));
      const again = await call('slurm', 'resubmit', 'three');
      expect(again.out).toBe('nothing to submit: every run is measured\n');
    });

    it('beyond MaxArraySize; of shards that were warned, cancelled and killed the rest is resubmitted', async () => {
      const sweep = [fixture('slow.ts'), '--replicates', '60'];
      const submitted = await call(
        'slurm',
        'submit',
        ...sweep,
        '--shards',
        '6',
        '--out',
        'six',
        '--mem',
        '300M',
        '--json',
      );
      const { arrays } = JSON.parse(submitted.out) as {
        arrays: readonly { job: string; offset: number; tasks: number[] }[];
      };
      expect(arrays.map(({ offset, tasks }) => [offset, tasks])).toEqual([
        [0, [0, 1, 2, 3]],
        [4, [0, 1]],
      ]);
      const out = join(cwd, 'six');
      // A shard that has journaled a run hears signals.
      await until('four shards are at work', () => journals(out).length >= 4);
      const job = arrays[0]?.job;
      await cluster.call('scancel', '--signal=USR1', '--batch', `${job}_0`);
      await cluster.call('scancel', `${job}_1`);
      await cluster.call('scancel', '--signal=KILL', '--full', `${job}_2`);
      const second = await call('slurm', 'submit', ...sweep, '--shards', '2', '--out', 'six');
      expect(onlyLine(second)).toMatch(
        /^expected six to have no jobs in the queue, got \d jobs: [\d, ]+; try .* scancel /,
      );
      const alone = call('run', ...sweep, '--threads', '4', '--out', 'slow-alone', '--json');
      await cluster.idle();

      const hurt = await status('six');
      expect(hurt.shards.map(({ state }) => state)).toEqual([
        'failed',
        'failed',
        'failed',
        'done',
        'done',
        'done',
      ]);
      expect(hurt.missing).toBeGreaterThan(0);
      expect(hurt.merge.state).toBe('done');
      expect(merged('six'), 'the merge says what is missing').toMatchObject({ missing: hurt.missing });
      const kept = /stopped; (\d+) runs? kept/.exec(
        readFileSync(join(out, 'slurm', `${job}_0.log`), 'utf8'),
      )?.[1];
      expect(hurt.shards[0]?.measured, 'a warned shard leaves what it says').toBe(Number(kept));

      const again = await call('slurm', 'resubmit', 'six');
      expect(again.out).toContain(`3 shards, ${hurt.missing} runs: job `);
      await cluster.idle();
      expect(await status('six')).toMatchObject({ runs: 120, measured: 120, merge: { state: 'done' } });
      const whole = await alone;
      expect(merged('six')).toEqual(verdicts(whole.out));
      // Killed in the middle, a shard may leave a torn line behind; every record is there once it is left out.
      const records = new Set(journalLines(out).filter((line) => line.endsWith('"}')));
      expect([...records].sort()).toEqual(journalLines(join(cwd, 'slow-alone')));
      expect(readdirSync(out).filter((file) => /^(sweep|slurm|verdicts)\.json\./.test(file))).toEqual([]);
    });

    it('what sbatch refuses is told on one line, with its exit code and the shards that are missing', async () => {
      const ended = await call(
        'slurm',
        'submit',
        fixture('supported.ts'),
        '--shards',
        '6',
        '--out',
        'no',
        '--partition',
        'nope',
      );
      expect(onlyLine(ended)).toMatch(
        /^expected sbatch to take shards 0–3 of 6, got exit code 1: sbatch: error: .*partition.* \(not submitted: shards 0–5 and the merge\); try .*slurm resubmit/,
      );
      expect(ended.code).toBe(2);
      expect((await status('no')).shards.map(({ state }) => state)).toEqual(Array(6).fill('unsubmitted'));
      expect(existsSync(join(cwd, 'no', 'journal'))).toBe(false);
    });
  },
);
