import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNpy } from 'marginalia';
import { describe, expect, it } from 'vitest';
import { emptyFolder, fixture, marginalia, onlyLine, type Ended } from './marginalia.js';

/** What `run --json` prints, as far as these tests read it. */
interface Document {
  readonly sweep: string;
  readonly cells: number;
  readonly runs: number;
  readonly computed: number;
  readonly reused: number;
  readonly failures: number;
  readonly failed: readonly { readonly run: string; readonly kind: string; readonly message: string }[];
  readonly code: string;
  readonly out: string;
  readonly verdicts: readonly {
    readonly claim: string;
    readonly verdict: string;
    readonly estimate: number | null;
    readonly interval: readonly [number, number] | null;
    readonly slack: number | null;
    readonly runs: number;
    readonly vacuous: number;
    readonly violatedBy: string | null;
  }[];
}
const documentOf = ({ out }: Ended): Document => JSON.parse(out) as Document;

const json = (name: string, cwd: string, ...args: readonly string[]): Promise<Ended> =>
  marginalia(['run', fixture(name), '--json', ...args], { cwd });

describe('the exit code of a sweep', () => {
  it.each([
    ['supported', 0, [{ claim: 'fixture/supported', verdict: 'supported', runs: 40, vacuous: 0 }]],
    ['refuted', 1, [{ claim: 'fixture/refuted', verdict: 'refuted', runs: 40, vacuous: 0 }]],
    ['vacuous', 3, [{ claim: 'fixture/vacuous', verdict: 'vacuous', runs: 0, vacuous: 40, estimate: null }]],
  ])('%s: %d', async (name, code, verdicts) => {
    const ended = await json(`${name}.ts`, emptyFolder());
    expect(documentOf(ended)).toMatchObject({
      sweep: name,
      cells: 2,
      runs: 40,
      computed: 40,
      failures: 0,
      verdicts,
    });
    expect(ended.code).toBe(code);
  });

  it('inconclusive, of a single run: 3', async () => {
    const ended = await json('supported.ts', emptyFolder(), '--preset', 'one');
    expect(documentOf(ended).verdicts).toMatchObject([{ verdict: 'inconclusive', runs: 1, interval: null }]);
    expect(ended.code).toBe(3);
  });

  it('is 1 when one claim of several is refuted, whatever the others are', async () => {
    const ended = await json('mixed.ts', emptyFolder());
    expect(
      documentOf(ended)
        .verdicts.map(({ verdict }) => verdict)
        .sort(),
    ).toEqual(['refuted', 'supported', 'vacuous']);
    expect(ended.code).toBe(1);
  });

  it('is 3 when runs failed, though what was measured supports every claim; they are shown, and tried again', async () => {
    const cwd = emptyFolder();
    const ended = await json('failing.ts', cwd);
    const { failures, failed, verdicts } = documentOf(ended);
    // Those that threw are the larger ones: a mean of the others would be one of the survivors.
    expect(verdicts).toMatchObject([
      { verdict: 'inconclusive', estimate: null, interval: null, runs: 20, missing: { threw: 20 } },
    ]);
    expect(failures).toBe(20);
    expect(failed).toHaveLength(20);
    expect(failed[0]).toMatchObject({ kind: 'threw', message: 'size 2 is too much' });
    expect(ended.code).toBe(3);
    const again = await marginalia(['run', fixture('failing.ts')], { cwd });
    expect(again.out).toContain('20 of 40 runs failed');
    expect(again.out).toContain('threw: size 2 is too much');
    expect(again.code).toBe(3);
    const counted = await marginalia(['table', 'results/failing/quick', '--format', 'json'], { cwd });
    expect(JSON.parse(counted.out)).toMatchObject([
      { size: 1, count: 20, failed: 0 },
      { size: 2, count: 0, failed: 20, x: null },
    ]);
  });
});

describe('a sweep for people', () => {
  it('headlines what says nothing before the table, and says where to go on', async () => {
    const ended = await marginalia(['run', fixture('mixed.ts')], { cwd: emptyFolder() });
    expect(ended.out).not.toContain('\u001b');
    const headline = ended.out.indexOf('1 of 3 claims says nothing yet:');
    expect(headline).toBeGreaterThanOrEqual(0);
    expect(headline).toBeLessThan(ended.out.indexOf('estimate'));
    expect(ended.out).toContain('unmet: met unmet in 40');
    expect(ended.out).toMatch(/0\/40 +0 {2}refuted/);
    expect(ended.out).toContain('α = 0.05');
    expect(ended.out).toContain('\n  npx marginalia table results/mixed/quick\n');
    for (const line of ended.out.split('\n')) expect([...line].length).toBeLessThanOrEqual(100);
  });
});

describe('a refutation for people', () => {
  it('comes first, with its reason and a replay of the run that violates it worst', async () => {
    const cwd = emptyFolder();
    const { out } = await marginalia(['run', fixture('mixed.ts')], { cwd });
    const headline = out.indexOf(
      '1 of 3 claims is refuted:\n  refuted: x is at most -1. only 0 of 40 runs hold',
    );
    expect(headline).toBeGreaterThanOrEqual(0);
    expect(headline).toBeLessThan(out.indexOf('says nothing yet'));
    const [, typed = ''] = /its worst run: npx marginalia (.*)\n/.exec(out) ?? [];
    const replayed = await marginalia(typed.split(' '), { cwd });
    expect(replayed.code).toBe(0);
    const rows = JSON.parse(
      (await marginalia(['table', 'results/mixed/quick', '--runs', '--format', 'json'], { cwd })).out,
    ) as { readonly run: string; readonly x: number }[];
    const largest = rows.reduce((worst, row) => (row.x > worst.x ? row : worst));
    expect(replayed.out).toMatch(new RegExp(`^identical: ${largest.run}, `));
  });
});

describe('claims that say nothing yet', () => {
  it('share a paragraph where they share a reason, and are told how many replicates can say something', async () => {
    const cwd = emptyFolder();
    const { out } = await marginalia(['run', fixture('undecided.ts'), '--preset', 'one'], { cwd });
    expect(out).toContain(
      '2 of 2 claims say nothing yet:\n  inconclusive: x is at most 3; x is at most 4. 1 judged run does not bound a mean, 4 can.',
    );
    const [, replicates = ''] = /--replicates (\d+)/.exec(out) ?? [];
    const more = await json('undecided.ts', cwd, '--preset', 'one', '--replicates', replicates);
    for (const { interval } of documentOf(more).verdicts) expect(interval).not.toBeNull();
  });

  it('say which assumptions were not met in how many runs, where some were', async () => {
    const { out, code } = await marginalia(['run', fixture('partial.ts')], { cwd: emptyFolder() });
    expect(out).toContain('\nvacuous runs: met unmet in 20.\n');
    expect(code).toBe(0);
  });
});

describe('a sweep whose runs share their random numbers', () => {
  it('counts them once, and says so; says what its environments note, and the memory that it predicts', async () => {
    const cwd = emptyFolder();
    const { out, err, code } = await marginalia(['run', fixture('shared.ts')], { cwd });
    expect(err.split('\n').slice(0, 4)).toEqual([
      'shared (quick): 12 cells, 48 runs, at most 1.2 GB a run',
      'sampling: law, for size 1',
      'radii: exact up to 12 neurons',
      'sampling: law, for size 2',
    ]);
    expect(out).toContain('48 runs computed, at most 1.2 GB a run.');
    expect(out).toMatch(/48\/48 +0 {2}supported/);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'Runs that share their random numbers are one unit, and count as one in an interval: 8 units.',
    );
    expect(code).toBe(0);
    const json = documentOf(await marginalia(['run', fixture('shared.ts'), '--json'], { cwd }));
    expect(json).toMatchObject({ units: 8, memory: 1.2e9, verdicts: [{ runs: 48, units: 8 }] });
    const again = documentOf(
      await marginalia(['run', fixture('shared.ts'), '--json', '--set', 'budget=0'], { cwd }),
    );
    const ends = ({ verdicts }: Document) => verdicts[0]?.interval?.map((end) => end.toFixed(12));
    expect(ends(again)).toEqual(ends(json));
  });

  it('is told by units how many replicates bound a mean', async () => {
    const { out } = await marginalia(['run', fixture('shared.ts'), '--set', 'size=1', '--replicates', '2'], {
      cwd: emptyFolder(),
    });
    expect(out).toContain('12 judged runs in 2 units do not bound a mean, 4 units can.');
    expect(out).toContain('--replicates 5');
  });

  it('is refused before anything runs where a run fits into no memory', async () => {
    const ended = await marginalia(['run', fixture('shared.ts'), '--set', 'size=1000000'], {
      cwd: emptyFolder(),
    });
    expect(ended.err.trimEnd().split('\n').at(-1)).toMatch(
      /^expected every run of shared to fit into [\d.]+ GB, 80 % of the memory, got one that needs 600000 GB; try lowering size$/,
    );
    expect(ended.code).toBe(2);
  });
});

describe('a sweep that is run again', () => {
  it('computes nothing when it is finished, and says so', async () => {
    const cwd = emptyFolder();
    const first = documentOf(await json('supported.ts', cwd));
    const again = await json('supported.ts', cwd, '--threads', '2');
    expect(documentOf(again)).toEqual({ ...first, computed: 0, reused: 40 });
    const human = await marginalia(['run', fixture('supported.ts')], { cwd });
    expect(human.out).toMatch(/^Nothing to compute: all 40 runs were there already\./);
    expect(human.code).toBe(0);
  });

  it('goes on where Ctrl-C stopped it', async () => {
    const cwd = emptyFolder();
    const stopped = await marginalia(['run', fixture('slow.ts'), '--threads', '1'], {
      cwd,
      interruptAfter: 2000,
    });
    expect(stopped.err).toMatch(/stopped; \d+ runs? kept; run the same command to go on\n$/);
    expect(stopped.code).toBe(130);
    expect(stopped.out).toBe('');
    const kept = Number(/stopped; (\d+)/.exec(stopped.err)?.[1]);
    expect(kept).toBeLessThan(40);
    const { computed, reused } = documentOf(await json('slow.ts', cwd));
    expect([computed, reused]).toEqual([40 - kept, kept]);
  });

  it('computes only what a wider grid adds', async () => {
    const cwd = emptyFolder();
    await json('supported.ts', cwd);
    const wider = documentOf(
      await json('supported.ts', cwd, '--set', 'size=1,2,3', 'shift=0', '--replicates', '21'),
    );
    expect([wider.runs, wider.reused, wider.computed]).toEqual([63, 40, 23]);
  });
});

describe("a user's own sweep", () => {
  it('runs from outside the repository, and is the same sweep wherever it lies', async () => {
    const [one, other] = [emptyFolder(), emptyFolder()];
    copyFileSync(fixture('plain.js'), join(one, 'plain.js'));
    writeFileSync(
      join(other, 'renamed.mjs'),
      `// A comment is no new experiment.\n${readFileSync(fixture('plain.js'), 'utf8')}`,
    );
    const first = documentOf(await marginalia(['run', './plain.js', '--json'], { cwd: one }));
    const second = documentOf(await marginalia(['run', 'renamed.mjs', '--json'], { cwd: other }));
    expect(first.code).toBe(second.code);
    expect(first).toMatchObject({ sweep: 'plain', runs: 1, verdicts: [] });
    expect((await marginalia(['run', './plain.js'], { cwd: one })).code, 'nothing judged is no pass').toBe(3);
    const journals = [one, other].map((cwd) =>
      readFileSync(join(cwd, 'results/plain/quick/journal/0001.jsonl'), 'utf8'),
    );
    expect(journals[0]).toBe(journals[1]);
  });

  it('is another experiment when its code changes', async () => {
    const cwd = emptyFolder();
    copyFileSync(fixture('plain.js'), join(cwd, 'plain.js'));
    const before = documentOf(await marginalia(['run', 'plain.js', '--json'], { cwd }));
    writeFileSync(
      join(cwd, 'plain.js'),
      readFileSync(fixture('plain.js'), 'utf8').replace('size * random', '2 * size * random'),
    );
    const after = documentOf(await marginalia(['run', 'plain.js', '--json'], { cwd }));
    expect(after.code).not.toBe(before.code);
    expect(after.computed).toBe(1);
    const table = await marginalia(['table', 'results/plain/quick', '--format', 'json'], { cwd });
    expect(JSON.parse(table.out)).toMatchObject([{ count: 1 }]);
    expect(table.err).toContain('left out: 1 run');
  });
});

describe("a user's own packages", () => {
  it('are found beside the sweep, and their versions are part of the experiment', async () => {
    const cwd = emptyFolder();
    const folder = join(cwd, 'node_modules/@scope/scale');
    mkdirSync(folder, { recursive: true });
    const publish = (version: string): void =>
      writeFileSync(
        join(folder, 'package.json'),
        JSON.stringify({ name: '@scope/scale', version, type: 'module', exports: './index.js' }),
      );
    publish('1.0.0');
    writeFileSync(join(folder, 'index.js'), 'export const scale = 8;\n');
    const text = readFileSync(fixture('plain.js'), 'utf8').replace('size * random', 'scale + random');
    writeFileSync(join(cwd, 'mine.ts'), `import { scale } from '@scope/scale';\n${text}`);
    const run = async (): Promise<Document> =>
      documentOf(await marginalia(['run', 'mine.ts', '--json'], { cwd }));
    const before = await run();
    const rows = await marginalia(['table', 'results/plain/quick', '--runs', '--format', 'json'], { cwd });
    expect(Math.floor((JSON.parse(rows.out) as { x: number }[])[0]?.x ?? 0)).toBe(8);
    expect((await run()).code).toBe(before.code);
    publish('1.0.1');
    expect((await run()).code).not.toBe(before.code);
  });
});

describe('a replay', () => {
  it('is identical, and dumps what NumPy reads', async () => {
    const cwd = emptyFolder();
    await json('supported.ts', cwd);
    const rows = JSON.parse(
      (await marginalia(['table', 'results/supported/quick', '--runs', '--format', 'json'], { cwd })).out,
    ) as {
      readonly run: string;
      readonly x: number;
    }[];
    expect(rows).toHaveLength(40);
    const { run, x } = rows[25] as (typeof rows)[number];
    const ended = await marginalia(['replay', run.slice(0, 12), '--dump', 'dump'], { cwd });
    expect(ended.out).toMatch(new RegExp(`^identical: ${run}, `));
    expect(ended.code).toBe(0);
    expect(readNpy(join(cwd, 'dump/X.npy')).shape).toEqual([2, 2]);
    expect(JSON.parse(readFileSync(join(cwd, 'dump/run.json'), 'utf8'))).toMatchObject({
      run,
      axes: { size: 2, shift: 0 },
      replicate: 5,
      measurements: { x },
    });
  });

  it('names the first measurement that differs, and says that the code has changed', async () => {
    const cwd = emptyFolder();
    copyFileSync(fixture('plain.js'), join(cwd, 'plain.js'));
    await marginalia(['run', 'plain.js'], { cwd });
    writeFileSync(
      join(cwd, 'plain.js'),
      readFileSync(fixture('plain.js'), 'utf8').replace('size * random', '2 * size * random'),
    );
    const [row] = JSON.parse(
      (await marginalia(['table', 'results/plain/quick', '--runs', '--format', 'json'], { cwd })).out,
    ) as {
      readonly run: string;
      readonly x: number;
    }[];
    const ended = await marginalia(['replay', row?.run ?? ''], { cwd });
    expect(ended.out).toContain(`x was ${row?.x}, is ${2 * (row?.x ?? 0)}`);
    expect(onlyLine(ended)).toBe(
      'the code has changed since this run was recorded: differences may come from that',
    );
    expect(ended.code).toBe(1);
  });
});

describe('help', () => {
  it('names every command on a line of its own, with examples', async () => {
    const { out, code } = await marginalia(['--help']);
    for (const command of ['check', 'run', 'list', 'explain', 'table', 'replay', 'inspect']) {
      expect(out).toMatch(new RegExp(`^  ${command} +\\S.*\\.$`, 'm'));
    }
    expect(out).toContain('EXAMPLES');
    expect(code).toBe(0);
  });
});
