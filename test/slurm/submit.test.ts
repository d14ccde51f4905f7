/** Submissions against commands that say what a cluster may say: refusals, absence, more shards than an array holds. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  activity,
  arraysOf,
  mergeScriptText,
  ranges,
  readSacct,
  readSqueue,
  readSubmission,
  secondsOf,
  shardMemory,
  shardScriptText,
  shardStandings,
  shardsOf,
  shardTime,
  type Run,
  type Submission,
} from '@marginalia/sweep';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { emptyFolder, fixture, marginalia, onlyLine, type Ended } from '../cli/marginalia.js';

interface Fakes {
  /** MaxArraySize. */
  readonly size?: number;
  /** From which call on sbatch refuses; the first is 1. */
  readonly refuseFrom?: number;
  /** What squeue prints. */
  readonly queue?: string;
}

/** sbatch, squeue and scontrol that note how they were called. */
function fakeSlurm({ size = 1001, refuseFrom = 1000, queue = '' }: Fakes): {
  readonly call: (...args: readonly string[]) => Promise<Ended>;
  readonly calls: () => string[];
  readonly cwd: string;
} {
  const cwd = emptyFolder();
  const bin = join(cwd, 'bin');
  mkdirSync(bin);
  const log = join(cwd, 'calls');
  writeFileSync(log, '');
  const command = (name: string, body: string): void =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  command(
    'sbatch',
    `echo "$@" >> '${log}'
n=$(wc -l < '${log}')
if [ "$n" -ge ${refuseFrom} ]; then
  echo 'sbatch: error: AssocMaxSubmitJobLimit' >&2
  echo 'sbatch: error: Batch job submission failed: Job violates accounting/QOS policy' >&2
  exit 1
fi
echo "$((100 + n));somewhere"`,
  );
  command('scontrol', `echo 'MaxArraySize            = ${size}'`);
  command('squeue', `cat <<'END'\n${queue}\nEND`);
  command('sacct', "echo 'Slurm accounting storage is disabled' >&2; exit 1");
  const env = { PATH: `${bin}${delimiter}${process.env['PATH']}` };
  return {
    cwd,
    call: (...args) => marginalia(args, { cwd, env }),
    calls: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
  };
}

const plain = [fixture('supported.ts'), '--out', 'out'];

describe('a submission', () => {
  it('splits at MaxArraySize, and its merge waits for every array', async () => {
    const { call, calls, cwd } = fakeSlurm({ size: 4 });
    const ended = await call('slurm', 'submit', ...plain, '--shards', '10', '--array-limit', '2');
    expect(ended.code).toBe(0);
    const script = join(cwd, 'out/slurm/shards.sh');
    expect(calls()).toEqual([
      `--parsable --array=0-3%2 ${script} 0`,
      `--parsable --array=0-3%2 ${script} 4`,
      `--parsable --array=0-1%2 ${script} 8`,
      `--parsable --dependency=afterany:101:102:103 ${join(cwd, 'out/slurm/merge.sh')}`,
    ]);
    expect(readSubmission(join(cwd, 'out'))).toMatchObject({ shards: 10, merge: '104' });
  });

  it('that is refused in the middle says the exit code, the words and the range that is missing, and goes on there', async () => {
    const { call, calls, cwd } = fakeSlurm({ size: 4, refuseFrom: 2 });
    const ended = await call('slurm', 'submit', ...plain, '--shards', '10');
    expect(onlyLine(ended)).toBe(
      `expected sbatch to take shards 4–7 of 10, got exit code 1: sbatch: error: AssocMaxSubmitJobLimit; sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (not submitted: shards 4–9 and the merge); try marginalia slurm resubmit ${join(cwd, 'out')} with what the cluster takes`,
    );
    expect(ended.code).toBe(2);
    expect(readSubmission(join(cwd, 'out'))).toMatchObject({
      arrays: [{ job: '101', offset: 0, tasks: [0, 1, 2, 3] }],
      merge: null,
    });
    // The fake has no job 101 in its queue any more: its shards are over, and nothing is measured.
    writeFileSync(join(cwd, 'calls'), '');
    const again = await call('slurm', 'resubmit', 'out', '--partition', 'other');
    expect(again.code, 'refused at the second call again').toBe(2);
    expect(calls()[0]).toContain('--array=0-3 ');
    expect(readFileSync(join(cwd, 'out/slurm/shards.sh'), 'utf8')).toContain('#SBATCH --partition=other\n');
  });

  it('resubmits only what is over and not whole, behind what is still at work', async () => {
    const first = fakeSlurm({
      size: 4,
      queue: '101|0|RUNNING\n101|1|TIMEOUT\n101|2|PENDING\n102|N/A|PENDING',
    });
    await first.call('slurm', 'submit', ...plain, '--shards', '4');
    const status = await first.call('slurm', 'status', 'out');
    expect(status.out).toContain('4 shards: 1 running, 1 pending, 2 failed. Merge: job 102, pending.');
    expect(status.out).toMatch(/1 {2}failed +0\/10 +0 {2}101_1 {2}TIMEOUT/);
    expect(status.out).toMatch(/3 {2}failed +0\/10 +0 {2}101_3 {2}–/);
    expect(status.out).toContain('npx marginalia slurm resubmit out');
    await first.call('slurm', 'resubmit', 'out');
    expect(first.calls().slice(2)).toEqual([
      `--parsable --array=1,3 ${join(first.cwd, 'out/slurm/shards.sh')} 0`,
      `--parsable --dependency=afterany:101:103 ${join(first.cwd, 'out/slurm/merge.sh')}`,
    ]);
  });

  it('shows everything under --dry-run, and leaves nothing behind', async () => {
    const { call, calls, cwd } = fakeSlurm({});
    const flags = [
      '--time',
      '2:00:00',
      '--account',
      'a',
      '--cpus-per-task',
      '3',
      '--seed',
      "it's",
      '--grace',
      '5m',
    ];
    const { out, code } = await call('slurm', 'submit', ...plain, '--shards', '3', ...flags, '--dry-run');
    expect(code).toBe(0);
    expect(calls()).toEqual([]);
    expect(existsSync(join(cwd, 'out'))).toBe(false);
    for (const line of ['--time=2:00:00', '--account=a', '--cpus-per-task=3', '--signal=B:USR1@330'])
      expect(out).toContain(`\n#SBATCH ${line}\n`);
    expect(out).toContain(
      `--seed 'it'\\''s' --out ${join(cwd, 'out')} --threads 3 --grace 300s --shard "$shard/3" &`,
    );
    expect(out).toContain('sbatch --parsable --array=0-2 ');
  });

  it('keeps units whole: of more shards than units only so many are submitted', async () => {
    const { call, calls } = fakeSlurm({});
    const ended = await call('slurm', 'submit', fixture('shared.ts'), '--shards', '20', '--mem', '2G');
    expect(onlyLine(ended)).toBe('8 shards, not 20: runs that share their random numbers stay together');
    expect(calls()[0]).toContain('--array=0-7 ');
  });
});

describe('bad input', () => {
  it.each([
    [['submit', ...plain], 'expected --shards, how many jobs, got nothing; try --shards 8'],
    [
      ['submit', ...plain, '--shards', '0'],
      'expected --shards to be a whole number ≥ 1 and ≤ 100000, got "0"; try --shards 2',
    ],
    [['submit', ...plain, '--shards', '2', '--mem', '4 G'], 'expected --mem as sbatch takes it, got "4 G"'],
    [
      ['submit', ...plain, '--shards', '2', '--time', '2'],
      'expected --time to be more than 150 s, of which the shard is warned (--grace 60s and a margin), got 2; try --time 13, in minutes',
    ],
    [
      ['status', 'nowhere'],
      'expected a folder that was submitted to Slurm, got nowhere, without a slurm.json; try npx marginalia slurm submit --help',
    ],
    [
      ['stats', 'x'],
      'expected slurm resubmit or status or submit, got "stats"; try npx marginalia slurm status',
    ],
  ])('%s', async (args, line) => {
    const { call } = fakeSlurm({});
    const ended = await call('slurm', ...args);
    expect(onlyLine(ended)).toBe(line);
    expect(ended.code).toBe(2);
  });

  it('no Slurm at all', async () => {
    const [cwd, bin] = [emptyFolder(), emptyFolder()];
    symlinkSync(process.execPath, join(bin, 'node'));
    const ended = await marginalia(['slurm', 'submit', ...plain, '--shards', '2'], {
      cwd,
      env: { PATH: bin },
    });
    expect(onlyLine(ended)).toBe(
      "expected Slurm's scontrol in the PATH, got no such command; try a login node of the cluster, or marginalia run --shard i/N on each machine",
    );
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });

  it('a slurm.json that says something else', async () => {
    const { call, cwd } = fakeSlurm({});
    mkdirSync(join(cwd, 'out'));
    writeFileSync(join(cwd, 'out/slurm.json'), '{"shards": 3}');
    expect(onlyLine(await call('slurm', 'status', 'out'))).toMatch(
      /^expected .*slurm\.json to say what was submitted/,
    );
  });
});

describe('arrays of shards', () => {
  it('cover the shards, each index below MaxArraySize, and are spelled as they are read', () => {
    const shards = fc
      .uniqueArray(fc.nat({ max: 5000 }), { maxLength: 60 })
      .map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(shards, fc.integer({ min: 1, max: 1200 }), (list, size) => {
        const arrays = arraysOf(list, size);
        expect(arrays.flatMap(({ offset, tasks }) => tasks.map((task) => offset + task))).toEqual(list);
        for (const { offset, tasks } of arrays) {
          expect(offset % size).toBe(0);
          expect(Math.max(...tasks)).toBeLessThan(size);
          const read = ranges(tasks)
            .split(',')
            .flatMap((range) => {
              const [from = 0, to = from] = range.split('-').map(Number);
              return Array.from({ length: to - from + 1 }, (_, i) => from + i);
            });
          expect(read).toEqual(tasks);
        }
      }),
    );
  });
});

describe('what Slurm says', () => {
  it('is read by task: waiting, working, over, forgotten', () => {
    const live = readSqueue('12|0|RUNNING\n12|3|PENDING\n14|N/A|COMPLETED\nslurm_load_jobs: whatever\n');
    expect([...live]).toEqual([
      ['12_0', 'RUNNING'],
      ['12_3', 'PENDING'],
      ['14', 'COMPLETED'],
    ]);
    const old = readSacct('12_1|CANCELLED by 0\n12_2|OUT_OF_MEMORY\n12_[4-5]|PENDING\n13|COMPLETED\n');
    expect([...old]).toEqual([
      ['12_1', 'CANCELLED'],
      ['12_2', 'OUT_OF_MEMORY'],
      ['13', 'COMPLETED'],
    ]);
    const said = ['PENDING', 'REQUEUED', 'COMPLETING', 'SUSPENDED', 'NODE_FAIL', 'TIMEOUT', undefined];
    expect(said.map(activity)).toEqual(['pending', 'pending', 'running', 'running', 'over', 'over', 'over']);
  });

  it('never outranks the journal: a shard whose runs are measured is done, one whose job is over without them is not', () => {
    const runs = Array.from({ length: 8 }, (_, at): Run => ({
      id: `${at}`,
      axes: {},
      replicate: at,
      cost: 1,
    }));
    const of = (...shards: readonly number[]): Run[] =>
      shards.flatMap((at) => shardsOf({ runs }, 4)[at] ?? []);
    const known = new Map(of(0, 1).map(({ id }) => [id, { ended: 'measured' as const }])) as never;
    const arrays = [
      { job: '7', offset: 0, tasks: [0, 1, 2] },
      { job: '9', offset: 0, tasks: [2] },
    ];
    const queue = new Map([
      ['7_0', 'RUNNING'],
      ['7_1', 'FAILED'],
      ['7_2', 'RUNNING'],
      ['9_2', 'COMPLETED'],
    ]);
    const plan = { runs } as never;
    expect(shardStandings(plan, { shards: 4, arrays }, known, queue).map(({ state }) => state)).toEqual([
      'done',
      'done',
      'failed',
      'unsubmitted',
    ]);
  });

  it.each([
    ['90', 5400],
    ['1:30', 90],
    ['2:00:00', 7200],
    ['1-0', 86400],
    ['1-2:30', 95400],
    ['1-2:30:15', 95415],
    ['UNLIMITED', undefined],
  ])('a time limit of %s is %s s', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });

  it('is asked for what the sweep predicts: memory for its threads, time for its slowest shard', () => {
    const largest = { bytes: 4e9, axes: {}, lower: [] };
    expect(shardMemory({ largest }, 2)).toBe(`${Math.ceil((2 * 4e9 + 300e6) / 0.8 / 2 ** 20)}M`);
    const time = { ms: 60_000, least: 50_000, most: 120_000 };
    expect(shardTime([{ time }, { time: undefined }], 60)).toBe('7');
    expect(shardTime([{ time: undefined }], 60)).toBeUndefined();
  });
});

describe('the scripts', () => {
  const submission: Submission = {
    sweep: 's',
    preset: 'p',
    code: 'c',
    directory: '/a b',
    program: ['/bin/echo', '$HOME'],
    run: ['my sweep.ts', '--seed', "o'clock"],
    shards: 9,
    resources: { mem: '1G', cpusPerTask: 2, graceSeconds: 10 },
    arrays: [],
    merge: null,
  };

  it('say the same words to marginalia, whatever they hold', () => {
    const script = shardScriptText('/r/50 %', submission);
    const env = { PATH: process.env['PATH'], SLURM_ARRAY_TASK_ID: '3' };
    const { stdout, status } = spawnSync('bash', ['-s', '4'], { input: script, env, encoding: 'utf8' });
    expect(stdout).toBe(
      "$HOME run my sweep.ts --seed o'clock --out /r/50 % --threads 2 --grace 10s --shard 7/9\n",
    );
    expect(status).toBe(0);
    expect(script).toContain('#SBATCH --output="/r/50 %%/slurm/%A_%a.log"\n');
    expect(script).toContain('#SBATCH --chdir="/a b"\n');
    expect(spawnSync('bash', ['-n'], { input: mergeScriptText('/r/50 %', submission) }).status).toBe(0);
  });

  it("pass Slurm's warning on, and end with the exit code of the run", () => {
    const program = [
      '/bin/bash',
      '-c',
      "trap 'echo warned; exit 130' USR1; kill -USR1 $PPID; while :; do sleep 0.02; done",
    ];
    const script = shardScriptText('/r', { ...submission, program, run: [] });
    const env = { PATH: process.env['PATH'], SLURM_ARRAY_TASK_ID: '0' };
    // The traps are set once the run has begun: here, before it sends the signal.
    const late = script.replace('kill -USR1 $PPID', 'sleep 0.3; kill -USR1 $PPID');
    const { stdout, status } = spawnSync('bash', ['-s'], {
      input: late,
      env,
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect([stdout, status]).toEqual(['warned\n', 130]);
  });
});
