import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emptyFolder, marginalia } from './marginalia.js';

const bombs = fileURLToPath(new URL('../sweep/fixtures/bombs.js', import.meta.url));
const bin = fileURLToPath(new URL('bin/run.js', import.meta.resolve('marginalia/package.json')));

interface Running {
  readonly child: ChildProcess;
  readonly cwd: string;
  readonly said: () => string;
  /** As a shell would have it: 128 and the number of the signal where one ended it. */
  readonly status: Promise<number>;
}

/** A run at work: its first, which ends, is journaled. */
async function atWork(...args: readonly string[]): Promise<Running> {
  const running = started(...args);
  const journal = join(running.cwd, 'results/bombs/quick/journal');
  while (!existsSync(journal) || !readdirSync(journal).some((name) => name.endsWith('.jsonl')))
    await pause(20);
  await pause(100);
  return running;
}

function started(...args: readonly string[]): Running {
  const cwd = emptyFolder();
  const child = spawn(process.execPath, [bin, 'run', bombs, '--threads', '2', ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const status = once(child, 'close').then(([code, signal]) =>
    typeof code === 'number' ? code : signal === 'SIGINT' ? 130 : -1,
  );
  return { child, cwd, said: () => err, status };
}

const spinning = ['--set', 'trouble=none,spins', '--replicates', '1'];
const digging = ['--set', 'trouble=none,digs', '--replicates', '1'];

describe('Ctrl-C', () => {
  it.each([
    ['SIGINT', spinning, []],
    ['SIGTERM', spinning, []],
    ['SIGINT', spinning, ['--memory-limit', '1GB']],
    ['SIGINT', digging, ['--memory-limit', '1GB']],
  ] as const)(
    'by %s during %s %s abandons the run at work, keeps the other, and goes on from there',
    async (signal, set, limits) => {
      const { child, cwd, said, status } = await atWork(...set, ...limits);
      child.kill(signal);
      expect(await status).toBe(130);
      expect(child.exitCode).toBe(130);
      expect(said()).toContain('stopped; 1 run kept; run the same command to go on');
      const journal = join(cwd, 'results/bombs/quick/journal');
      expect(readdirSync(journal)).toEqual(['0001.jsonl']);
      const again = await marginalia(['run', bombs, '--set', 'trouble=none', '--replicates', '1', '--json'], {
        cwd,
      });
      expect(JSON.parse(again.out)).toMatchObject({ computed: 0, reused: 1 });
    },
  );

  it('does not wait for a thread in a call that cannot be interrupted', async () => {
    const { child, status } = await atWork(...digging);
    child.kill('SIGINT');
    expect(await status).toBe(130);
  });

  it('a second time does not wait at all', async () => {
    const { child, status } = await atWork(...spinning);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await status).toBe(130);
  });

  it('is heard at the start, before there is anything to stop', async () => {
    const { child, cwd, status } = started(...spinning);
    await pause(20);
    child.kill('SIGINT');
    expect(await status).toBe(130);
    expect(existsSync(join(cwd, 'results'))).toBe(false);
  });
});

const workersOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child && readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('guard.js'))
    .map(Number);

describe('a driver that is killed', () => {
  it.skipIf(process.platform !== 'linux')(
    'leaves none of its worker processes behind, though they never come back to their loop',
    async () => {
      const { child, status } = await atWork(...spinning, '--memory-limit', '1GB');
      const workers = workersOf(Number(child.pid));
      expect(workers).toHaveLength(2);
      child.kill('SIGKILL');
      expect(await status).toBe(-1);
      while (workers.some((pid) => existsSync(`/proc/${pid}`))) await pause(20);
    },
  );
});

describe('limits on the command line', () => {
  it.each([
    [['--timeout', '5'], 'expected --timeout to be a duration above 0, got "5"; try --timeout'],
    [['--timeout', '30d'], 'expected --timeout to be at most 24d, got 30d'],
    [['--memory-limit', '2'], 'expected --memory-limit to be a size, got "2"; try --memory-limit 2GB'],
    [['--memory-limit', '1MB'], 'expected --memory-limit to be at least 128MB'],
  ])('refuse %s', async (args, line) => {
    const { code, err } = await marginalia(['run', bombs, ...args], { cwd: emptyFolder() });
    expect(err).toContain(line);
    expect(code).toBe(2);
  });

  it('say how runs failed, once a kind as they do and counted at the end, and how to try again', async () => {
    const args = ['--set', 'trouble=none,spins,array', 'size=600', '--replicates', '2'];
    const { code, out, err } = await marginalia(
      ['run', bombs, ...args, '--timeout', '1s500ms', '--memory-limit', '300MB'],
      { cwd: emptyFolder() },
    );
    expect(err.match(/a run failed, timed out: no result within 1\.5 s/g)).toHaveLength(1);
    expect(err.match(/a run failed, out of memory: more than 300 MB of resident memory/g)).toHaveLength(1);
    const words = out.replaceAll(/\s+/g, ' ');
    expect(words).toContain('4 of 6 runs failed: ');
    expect(words).toContain('2 timed out (no result within 1.5 s)');
    expect(words).toContain('2 out of memory (more than 300 MB of resident memory)');
    expect(words).toContain('npx marginalia retry results/bombs/quick --failed');
    expect(code).toBe(3);
  });
});
