/** What becomes of results once they are there: audited, compacted, merged. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, fixture, marginalia, onlyLine } from './marginalia.js';

const bin = join(dirname(fileURLToPath(import.meta.resolve('marginalia/package.json'))), 'bin/run.js');

let measured: string;

beforeAll(async () => {
  measured = mkdtempSync(join(tmpdir(), 'marginalia-test-'));
  const run = ['run', fixture('drifting.ts'), '--out', 'results', '--threads', '1'];
  const { code, err } = await marginalia(run, { cwd: measured });
  if (code !== 0) throw new Error(`nothing to keep: ${err}`);
});

afterAll(() => rmSync(measured, { recursive: true, force: true }));

/** A folder with the results of the drifting sweep in `results`. */
function drifted(): string {
  const cwd = emptyFolder();
  cpSync(measured, cwd, { recursive: true });
  return cwd;
}

describe('an audit', () => {
  it('passes where runs are functions of their content: `run --audit`, and `audit` on one thread', async () => {
    const cwd = emptyFolder();
    const first = await marginalia(
      ['run', fixture('drifting.ts'), '--out', 'results', '--audit', '50%', '--json'],
      { cwd },
    );
    expect(first.code).toBe(0);
    const { audit } = JSON.parse(first.out) as {
      audit: { audited: number; alarms: unknown[]; share: number };
    };
    expect(audit).toMatchObject({ share: 0.5, recorded: 20, alarms: [], failures: [] });
    expect(audit.audited).toBeGreaterThan(3);
    expect(first.err).toContain(`audited ${audit.audited} of 20 measured runs: the same bytes again`);
    const again = await marginalia(['audit', 'results', '--share', '1', '--threads', '1'], { cwd });
    expect([again.code, again.out]).toEqual([0, 'audited 20 of 20 measured runs: the same bytes again\n']);
    expect(readdirSync(join(cwd, 'results/journal'))).toEqual(['0001.jsonl']);
  });

  it('exits with 1 and both values where one is not', async () => {
    const cwd = drifted();
    const env = { DRIFT: '0.25' };
    const ended = await marginalia(['audit', 'results', '--share', '100%'], { cwd, env });
    expect(ended.code).toBe(1);
    const [first = '', ...rest] = ended.out.trimEnd().split('\n');
    expect(first).toMatch(
      /^different: [0-9a-f]{20}, recorded in .*results\/journal\/0001\.jsonl: x was 0\.\d+, is \d\.\d+$/,
    );
    const [was = Number.NaN, is = Number.NaN] = (/x was (\S+), is (\S+)$/.exec(first) ?? [])
      .slice(1)
      .map(Number);
    expect(is).toBe(was + 0.25);
    expect(rest).toHaveLength(11);
    expect(rest.slice(-2)).toEqual([
      'and 10 more runs',
      'audited 20 of 20 measured runs: 20 with other bytes, a determinism alarm; what do they read besides axes and random key?',
    ]);
    const run = await marginalia(
      ['run', fixture('drifting.ts'), '--out', 'results', '--audit', '5%', '--salt', 'b'],
      { cwd, env },
    );
    expect(run.code).toBe(1);
    expect(run.err).toContain('a determinism alarm');
    expect(run.out).toContain('supported');
  });

  it('refuses shares that are none, shards, and results of other code', async () => {
    const cwd = drifted();
    const share = await marginalia(['audit', 'results', '--share', '5'], { cwd });
    expect([share.code, onlyLine(share)]).toEqual([
      2,
      expect.stringContaining('above 0 and at most 100%, got "5"; try --share 5%'),
    ]);
    const shard = await marginalia(['run', fixture('drifting.ts'), '--audit', '5%', '--shard', '0/2'], {
      cwd,
    });
    expect([shard.code, onlyLine(shard)]).toEqual([
      2,
      expect.stringContaining('--audit or --shard, got both'),
    ]);
    const file = join(cwd, 'results/sweep.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"code": "\w{8}/, '"code": "00000000'));
    const ended = await marginalia(['audit', 'results'], { cwd });
    expect([ended.code, onlyLine(ended)]).toEqual([
      2,
      expect.stringContaining('got code that has changed since'),
    ]);
  });
});

describe('compact', () => {
  it('writes both files, says where, and writes the same bytes again', async () => {
    const cwd = drifted();
    const ended = await marginalia(['compact', 'results'], { cwd });
    expect(ended).toEqual({
      code: 0,
      out: 'results/compact/runs.parquet\nresults/compact/runs.arrow\n',
      err: '20 runs\n',
    });
    const other = emptyFolder();
    await marginalia(['run', fixture('drifting.ts'), '--out', 'results', '--threads', '2'], { cwd: other });
    await marginalia(['compact', 'results', '--format', 'arrow, parquet', '--out', 'tables'], { cwd: other });
    for (const name of ['runs.parquet', 'runs.arrow']) {
      const [one, and] = [join(cwd, 'results/compact', name), join(other, 'tables', name)].map((file) =>
        readFileSync(file),
      );
      expect(one?.equals(and ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it('refuses formats it does not know, and says a full disk in one line', async () => {
    const cwd = drifted();
    const format = await marginalia(['compact', 'results', '--format', 'csv'], { cwd });
    expect([format.code, onlyLine(format)]).toEqual([
      2,
      'expected --format to be of parquet, arrow, got "csv"; try --format parquet',
    ]);
    // A file-size limit of 1 KiB stands in for a full disk.
    for (const command of [
      ['compact', 'results', '--format', 'arrow'],
      ['compact', 'results', '--format', 'parquet'],
      ['merge', 'results', '--out', 'merged'],
    ]) {
      const { status, stderr } = spawnSync(
        'bash',
        ['-c', 'ulimit -f 1; exec "$0" "$@"', process.execPath, bin, ...command],
        { cwd, encoding: 'utf8' },
      );
      expect([status, stderr.trimEnd()]).toEqual([
        2,
        expect.stringMatching(/^expected room for .*, got a file-size limit; try .*$/),
      ]);
    }
    expect(readdirSync(join(cwd, 'results/compact'))).toEqual([]);
    expect(readdirSync(join(cwd, 'merged/journal'))).toEqual([]);
    expect(existsSync(join(cwd, 'merged/sweep.json'))).toBe(false);
  });
});

describe('merge', () => {
  it('makes one of several, which a run then completes', async () => {
    const cwd = drifted();
    const run = ['run', fixture('drifting.ts'), '--json', '--replicates', '13'];
    await marginalia([...run, '--set', 'size=2', '--out', 'other'], { cwd });
    const merged = await marginalia(['merge', 'results', 'other', '--out', 'results'], { cwd });
    expect(merged).toEqual({ code: 0, out: 'results: 23 runs measured; 3 records copied\n', err: '' });
    const whole = await marginalia([...run, '--out', 'results'], { cwd });
    expect(JSON.parse(whole.out)).toMatchObject({ runs: 26, computed: 3, reused: 23 });
  });

  it('refuses another seed, naming folders, and nothing to merge', async () => {
    const cwd = drifted();
    cpSync(join(cwd, 'results'), join(cwd, 'other'), { recursive: true });
    const file = join(cwd, 'other/sweep.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"seed": "1"', '"seed": "2"'));
    const refused = await marginalia(['merge', 'results', 'other', '--out', 'merged'], { cwd });
    expect([refused.code, onlyLine(refused)]).toEqual([
      2,
      expect.stringContaining('got seed 1 in results and seed 2 in other; try'),
    ]);
    expect(existsSync(join(cwd, 'merged'))).toBe(false);
    const nothing = await marginalia(['merge', 'results'], { cwd });
    const said = 'expected a folder to merge into, got nothing; try npx marginalia merge results --out DIR';
    expect([nothing.code, onlyLine(nothing)]).toEqual([2, said]);
  });
});
