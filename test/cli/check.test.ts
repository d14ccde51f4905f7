import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, fixture, marginalia, onlyLine, type Ended } from './marginalia.js';

/** What `check --json` prints, as far as these tests read it. */
interface Document {
  readonly sweeps: readonly { readonly sweep: string; readonly computed: number; readonly reused: number }[];
  readonly claims: readonly {
    readonly claim: string;
    readonly sweep: string;
    readonly verdict: string;
    readonly expected: string;
    readonly standing: string;
    readonly estimate: number | null;
  }[];
  readonly baseline: {
    readonly compared: number;
    readonly regressions: readonly { readonly kind: string; readonly claim: string }[];
    readonly added: readonly { readonly claim: string; readonly sweep: string }[];
    readonly gone: readonly { readonly claim: string; readonly sweep: string }[];
  } | null;
  readonly recorded: { readonly rows: number } | null;
}
const documentOf = ({ out }: Ended): Document => JSON.parse(out) as Document;

/** One worker: that the results do not depend on their number is a test of its own. */
const check = (cwd: string, names: readonly string[], ...more: readonly string[]): Promise<Ended> =>
  marginalia(['check', ...names.map((name) => fixture(`${name}.ts`)), '--threads', '1', ...more], { cwd });

describe('the exit code of a check', () => {
  it.each([
    [['readings', 'refuted'], 1],
    [['vacuous'], 3],
    [['failing'], 3],
  ] as const)('%j: %d', async (names, code) => {
    const ended = await check(emptyFolder(), names, '--json');
    expect(ended.code).toBe(code);
  });

  it('takes no vacuous claim, and no sweep without claims, for a pass', async () => {
    const { claims } = documentOf(await check(emptyFolder(), ['mixed'], '--json'));
    expect(claims.map(({ claim, standing }) => [claim, standing])).toEqual([
      ['fixture/holds', 'as-expected'],
      ['fixture/fails', 'contradicted'],
      ['fixture/silent', 'undecided'],
    ]);
    const nothing = await marginalia(['check', fixture('plain.js')], { cwd: emptyFolder() });
    expect(nothing.out).toContain('nothing is judged');
    expect(nothing.code).toBe(3);
  });
});

describe('what is expected of a claim', () => {
  it('decides whether a refutation is a surprise', async () => {
    const cwd = emptyFolder();
    const { claims } = documentOf(await check(cwd, ['readings'], '--json'));
    expect(claims.map(({ verdict, expected, standing }) => [verdict, expected, standing])).toEqual([
      ['refuted', 'refuted', 'as-expected'],
      ['supported', 'supported', 'as-expected'],
      ['vacuous', 'vacuous', 'as-expected'],
    ]);
    const { out, code } = await check(cwd, ['readings']);
    expect(code).toBe(0);
    expect(out).not.toContain('not as expected');
    expect(out).toMatch(/readings +refuted +refuted\n/);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      '3 verdicts: 1 supported, 1 refuted, 1 vacuous; all as expected.',
    );
  });

  it('makes a claim a surprise that holds where it should not', async () => {
    const { out, code } = await check(emptyFolder(), ['surprise']);
    expect(code).toBe(1);
    expect(out).toContain(
      '1 of 1 verdict not as expected:\n  supported, expected refuted: x is at most 3 (surprise).',
    );
  });

  it('stands in the table of a run only where a verdict differs from it', async () => {
    const cwd = emptyFolder();
    const [readings, surprise] = [
      await marginalia(['run', fixture('readings.ts')], { cwd }),
      await marginalia(['run', fixture('surprise.ts')], { cwd }),
    ];
    expect(readings.out).toContain('refuted, as expected: read literally.');
    expect(readings.out).toMatch(/vacuous +verdict\n/);
    expect(surprise.out).toMatch(/vacuous +verdict +expected\n/);
    expect(surprise.out).toMatch(/supported +refuted\n/);
  });
});

describe('the sweeps of a check', () => {
  it('share one folder with `run`, and are not computed again; a claim has a row a sweep', async () => {
    const cwd = emptyFolder();
    await marginalia(['run', fixture('supported.ts')], { cwd });
    const { sweeps, claims } = documentOf(await check(cwd, ['supported', 'twin'], '--json'));
    expect(sweeps).toMatchObject([
      { sweep: 'supported', computed: 0, reused: 40 },
      { sweep: 'twin', computed: 40, reused: 0 },
    ]);
    expect(claims.map(({ claim, sweep }) => [claim, sweep])).toEqual([
      ['fixture/supported', 'supported'],
      ['fixture/supported', 'twin'],
      ['fixture/other', 'twin'],
    ]);
    const again = documentOf(await check(cwd, ['supported', 'twin'], '--json'));
    expect(again.claims).toEqual(claims);
    expect(again.sweeps).toMatchObject([{ computed: 0 }, { computed: 0 }]);
  });

  it('are those alone that judge a wanted claim, and nothing else is shown', async () => {
    const cwd = emptyFolder();
    const ended = await check(cwd, ['supported', 'twin'], '--claims', 'oth*', '--out', 'here', '--json');
    expect(documentOf(ended)).toMatchObject({
      sweeps: [{ sweep: 'twin' }],
      claims: [{ claim: 'fixture/other' }],
    });
    expect(existsSync(join(cwd, 'here/twin/quick/sweep.json'))).toBe(true);
    expect(existsSync(join(cwd, 'here/supported'))).toBe(false);
  });

  it('go on where Ctrl-C stopped them', async () => {
    const cwd = emptyFolder();
    const sweeps = [fixture('supported.ts'), fixture('slow.ts')];
    const stopped = await marginalia(['check', ...sweeps, '--threads', '1'], { cwd, interruptAfter: 2000 });
    expect(stopped.err).toMatch(/stopped; \d+ runs? of slow kept; run the same command to go on\n$/);
    expect(stopped.code).toBe(130);
    expect(stopped.out).toBe('');
    const kept = Number(/stopped; (\d+)/.exec(stopped.err)?.[1]);
    expect(kept).toBeLessThan(40);
    const { sweeps: again } = documentOf(
      await marginalia(['check', ...sweeps, '--json', '--claims', 'fixture'], { cwd }),
    );
    expect(again).toMatchObject([
      { sweep: 'supported', computed: 0, reused: 40 },
      { sweep: 'slow', computed: 40 - kept, reused: kept },
    ]);
  });
});

describe('a check for people', () => {
  it('fits 80 columns, and says where nobody looks which sweep is at work, a line each', async () => {
    const ended = await marginalia(['check', fixture('mixed.ts'), fixture('twin.ts')], {
      cwd: emptyFolder(),
      env: { COLUMNS: '80' },
    });
    expect(ended.err).toBe('1/2 mixed (quick): 2 cells, 40 runs\n2/2 twin (quick): 2 cells, 40 runs\n');
    expect(ended.out).toContain('its worst run: npx marginalia replay ');
    // `explain` knows no claim of a reader's own.
    expect(ended.out).not.toContain('npx marginalia explain');
    for (const line of ended.out.split('\n')) {
      if (!line.includes('npx marginalia')) expect([...line].length).toBeLessThanOrEqual(80);
    }
  });
});

describe('the baseline', () => {
  const compared = (cwd: string, ...names: readonly string[]): Promise<Ended> =>
    check(cwd, names, '--json', '--baseline', 'baseline.json');
  const record = (cwd: string, names: readonly string[], ...more: readonly string[]): Promise<Ended> =>
    check(cwd, names, '--update', '--baseline', 'baseline.json', '--json', ...more);
  const recorded = (cwd: string): string => readFileSync(join(cwd, 'baseline.json'), 'utf8');
  const doctor = (cwd: string, from: RegExp | string, to: string): void => {
    const before = recorded(cwd);
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    writeFileSync(join(cwd, 'baseline.json'), after);
  };

  it('is a file to be read, sorted; the same code records the same bytes and regresses nowhere', async () => {
    const cwd = emptyFolder();
    expect(documentOf(await record(cwd, ['twin', 'supported'])).recorded).toMatchObject({ rows: 3 });
    const first = recorded(cwd);
    expect([...first.matchAll(/^ {4,6}"(\S+)": \{/gm)].map(([, name]) => name)).toEqual([
      'fixture/other',
      'twin',
      'fixture/supported',
      'supported',
      'twin',
    ]);
    expect(first).toMatch(/^ {8}"interval": \[0\.\d{1,6}, 0\.\d{1,6}\],$/m);
    await record(cwd, ['supported', 'twin']);
    expect(recorded(cwd)).toBe(first);
    const ended = await compared(cwd, 'supported', 'twin');
    expect(documentOf(ended).baseline).toMatchObject({ compared: 3, regressions: [], added: [], gone: [] });
    expect(ended.code).toBe(0);
  });

  it('has teeth: a doctored interval, or a doctored verdict, is a regression', async () => {
    const cwd = emptyFolder();
    await record(cwd, ['readings']);
    const original = recorded(cwd);
    doctor(cwd, /"interval": \[0[^\]]*\]/, '"interval": [0.9, 0.91]');
    const moved = await compared(cwd, 'readings');
    expect(documentOf(moved).baseline?.regressions).toMatchObject([
      { kind: 'estimate-moved', claim: 'fixture/amended' },
    ]);
    expect(moved.code).toBe(1);
    writeFileSync(join(cwd, 'baseline.json'), original);
    doctor(cwd, '"verdict": "refuted"', '"verdict": "supported"');
    const turned = await check(cwd, ['readings'], '--baseline', 'baseline.json');
    expect(turned.out).toContain('1 regression against the baseline:\n  fixture/literal (readings): was');
    expect(turned.out).toContain('npx marginalia check --update');
    expect(turned.code).toBe(1);
  });

  it('says what is new and what is gone, which is no regression, and forgets nothing that was not asked for', async () => {
    const cwd = emptyFolder();
    await record(cwd, ['twin', 'supported']);
    doctor(cwd, 'fixture/other', 'fixture/former');
    const ended = await compared(cwd, 'twin');
    expect(documentOf(ended).baseline).toMatchObject({
      compared: 1,
      added: [{ claim: 'fixture/other', sweep: 'twin' }],
      gone: [{ claim: 'fixture/former', sweep: 'twin' }],
    });
    expect(ended.code).toBe(0);
    await record(cwd, ['twin'], '--claims', 'other');
    expect(recorded(cwd)).toContain('fixture/former');
    await record(cwd, ['twin']);
    expect(recorded(cwd)).not.toContain('fixture/former');
    expect(documentOf(await compared(cwd, 'supported')).baseline).toMatchObject({ compared: 1, added: [] });
  });

  it('is not recorded where runs failed', async () => {
    const cwd = emptyFolder();
    const ended = await record(cwd, ['failing']);
    expect(ended.err).toContain('nothing recorded: 20 runs failed');
    expect(existsSync(join(cwd, 'baseline.json'))).toBe(false);
    expect(ended.code).toBe(3);
  });

  it('that is none is one line, found before anything runs, and never written over', async () => {
    const cwd = emptyFolder();
    const text = '{"name": "x"}';
    writeFileSync(join(cwd, 'mine.json'), text);
    const ended = await check(cwd, ['slow'], '--baseline', 'mine.json', '--update');
    expect(onlyLine(ended)).toBe(
      'expected a baseline in mine.json, got a file that is something else; try another --baseline',
    );
    expect(ended.code).toBe(2);
    expect(readFileSync(join(cwd, 'mine.json'), 'utf8')).toBe(text);
  });
});
