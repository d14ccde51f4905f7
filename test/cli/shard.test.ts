/** `run --shard i/N`, `--judge` and `--stop-after`, as whoever spreads a sweep over machines meets them. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { emptyFolder, fixture, marginalia, onlyLine, type Ended } from './marginalia.js';

const run = (cwd: string, name: string, ...args: readonly string[]): Promise<Ended> =>
  marginalia(['run', fixture(name), '--threads', '1', ...args], { cwd });

interface Document {
  readonly computed: number;
  readonly failures: number;
  readonly missing?: number;
  readonly verdicts: readonly { readonly verdict: string }[];
}
const documentOf = ({ out }: Ended): Document => JSON.parse(out) as Document;

describe('a sweep in shards', () => {
  it('is judged only as a whole: what is missing leaves it undecided, and the verdicts are those of one run', async () => {
    const [cwd, alone] = [emptyFolder(), emptyFolder()];
    const first = await run(cwd, 'supported.ts', '--shard', '0/2');
    expect(first.out).toMatch(/^shard 0\/2: 20 of 40 runs; merge to judge\. 20 runs computed\.\n/);
    expect(first.out).not.toContain('supported.\n');
    expect(first.code).toBe(0);
    const part = await run(cwd, 'supported.ts', '--judge', '--json');
    expect(documentOf(part)).toMatchObject({ computed: 0, missing: 20 });
    expect(part.err).toContain('20 of 40 runs missing');
    expect(part.code).toBe(3);
    const second = await run(cwd, 'supported.ts', '--shard', '1/2', '--json');
    expect(JSON.parse(second.out)).toMatchObject({
      shard: { index: 1, of: 2 },
      runs: 20,
      whole: 40,
      computed: 20,
      failures: 0,
    });
    expect(second.out).not.toContain('verdicts');
    const judged = await run(cwd, 'supported.ts', '--judge', '--json');
    const whole = await run(alone, 'supported.ts', '--json');
    expect(documentOf(judged)).toEqual({ ...documentOf(whole), computed: 0, reused: 40 });
    expect(judged.code).toBe(0);
  });

  it('ends with 3 where runs of the shard failed, and names them; an empty shard has done its part', async () => {
    const cwd = emptyFolder();
    const failed = await run(cwd, 'failing.ts', '--shard', '0/1');
    expect(failed.out).toContain('threw: size 2 is too much');
    expect(failed.out).toContain('20 failed');
    expect(failed.code).toBe(3);
    const empty = await run(emptyFolder(), 'plain.js', '--shard', '5/6');
    expect(empty.out).toMatch(/^shard 5\/6: 0 of 1 run; merge to judge\./);
    expect(empty.code).toBe(0);
  });

  it('a refutation stands though runs are missing', async () => {
    const cwd = emptyFolder();
    await run(cwd, 'refuted.ts', '--shard', '1/3');
    expect((await run(cwd, 'refuted.ts', '--judge')).code).toBe(1);
  });
});

describe('bad input', () => {
  it.each([['3/3'], ['-1/3'], ['1'], ['1/0'], ['a/b'], ['1/2/3'], ['0.5/2'], ['']])(
    '--shard=%s',
    async (text) => {
      const ended = await run(emptyFolder(), 'plain.js', `--shard=${text}`);
      expect(onlyLine(ended)).toMatch(
        /^expected --shard to be i\/N with 0 ≤ i < N, got ".*"; try --shard 0\/8/,
      );
      expect(ended.code).toBe(2);
    },
  );

  it.each([
    [
      ['--stop-after', '5'],
      'expected --stop-after to be a duration above 0, got "5"; try --stop-after 90s or --stop-after 1h30m',
    ],
    [
      ['--grace', '0s'],
      'expected --grace to be a duration above 0, got "0s"; try --grace 90s or --grace 1h30m',
    ],
    [
      ['--shard', '0/2', '--judge'],
      'expected --shard or --judge, got both; try --judge once all shards are done: a claim is judged by the whole',
    ],
  ])('%s', async (args, line) => {
    const ended = await run(emptyFolder(), 'plain.js', ...args);
    expect(onlyLine(ended)).toBe(line);
    expect(ended.code).toBe(2);
  });

  it('--judge where nothing is', async () => {
    const cwd = emptyFolder();
    const ended = await run(cwd, 'plain.js', '--judge');
    expect(ended.err).toContain(
      'expected results of a sweep in results/plain/quick, got no sweep.json; try without --judge',
    );
    expect(ended.code).toBe(2);
    expect(existsSync(join(cwd, 'results')), 'judging makes no folder').toBe(false);
  });
});

describe('a sweep that closes', () => {
  it('begins no run after --stop-after, lets those at work end, and goes on later', async () => {
    const cwd = emptyFolder();
    const stopped = await run(cwd, 'slow.ts', '--stop-after', '1s');
    const kept = Number(/stopped; (\d+) runs? kept/.exec(stopped.err)?.[1]);
    expect(stopped.code).toBe(130);
    expect(kept).toBeLessThan(40);
    const file = join(cwd, 'results/slow/quick/journal/0001.jsonl');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    expect(lines).toHaveLength(kept);
    expect(existsSync(file.replace('.jsonl', '.lock'))).toBe(false);
    const rest = await run(cwd, 'slow.ts', '--json');
    expect(documentOf(rest).computed).toBe(40 - kept);
  });

  it('abandons what outstays its grace', async () => {
    const stopped = await run(emptyFolder(), 'asleep.ts', '--stop-after', '300ms', '--grace', '200ms');
    expect(stopped.err).toContain('stopped; 0 runs kept');
    expect(stopped.code).toBe(130);
  });
});

describe('SIGUSR1', () => {
  it('closes a sweep that has hardly begun, and wakes no debugger', async () => {
    const bin = join(dirname(fileURLToPath(import.meta.resolve('marginalia/package.json'))), 'bin/run.js');
    const args = [bin, 'run', fixture('slow.ts'), '--threads', '1', '--grace', '5s'];
    const child = spawn(process.execPath, args, { cwd: emptyFolder(), stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      let err = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      // The first word is said before anything runs.
      child.stderr.once('data', () => child.kill('SIGUSR1'));
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect(err).not.toContain('ebugger');
      expect(err).toMatch(/stopped; \d+ runs? kept; run the same command to go on\n$/);
      expect(code).toBe(130);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
