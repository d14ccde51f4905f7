import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plan } from '@marginalia/sweep';
import { describe, expect, it } from 'vitest';
import { policyFor } from '../../apps/cli/src/run/until.js';
import { below } from './fixtures/sweeps/claims.js';
import { tiny } from './fixtures/sweeps/sweep.js';
import { type Ended, emptyFolder, fixture, marginalia, onlyLine } from './marginalia.js';

interface Document {
  readonly alpha: number;
  readonly runs: number;
  readonly computed: number;
  readonly until: { readonly rounds: number; readonly budget: number; readonly spent: number };
  readonly verdicts: readonly {
    readonly claim: string;
    readonly verdict: string;
    readonly alpha: number;
    readonly reason: string;
    readonly cells: Readonly<Record<string, number>> | null;
  }[];
}

describe('run --until decided', () => {
  it('goes on until every claim is decided, tells of the rounds, and computes nothing the second time', async () => {
    const cwd = emptyFolder();
    const asked = ['run', fixture('mixed.ts'), '--until', 'decided', '--replicates', '6'];
    const page = await marginalia(asked, { cwd });
    expect(page.err).toMatch(
      /round 1: 2 of 3 claims settled; 12 more runs, for what is open in 2 of 2 cells/,
    );
    expect(page.out.replaceAll(/\s+/g, ' ')).toMatch(
      /Ended after \d rounds?, \d+ runs in all\. The sweep decides any claim falsely/,
    );
    expect(page.code).toBe(1);
    const again = await marginalia([...asked, '--json'], { cwd });
    const { alpha, computed, runs, until, verdicts } = JSON.parse(again.out) as Document;
    expect([computed, alpha, until.budget, until.spent]).toEqual([0, 1e-3, 500, runs]);
    expect(runs).toBeGreaterThan(150);
    expect(runs).toBeLessThan(300);
    expect(verdicts.map(({ claim, verdict, cells }) => [claim, verdict, cells?.['vacuous']])).toEqual([
      ['fixture/holds', 'supported', 0],
      ['fixture/fails', 'refuted', 0],
      ['fixture/silent', 'vacuous', 2],
    ]);
    expect(verdicts[0]?.alpha).toBeCloseTo(1e-3 / 3, 12);
    const folder = join(cwd, 'results/mixed/quick');
    const { replicates } = JSON.parse(readFileSync(join(folder, 'sweep.json'), 'utf8')) as {
      replicates: number;
    };
    expect(2 * replicates).toBe(runs);
  });

  it('ends with the budget, exits with 3 and says what it would take', async () => {
    const asked = [
      'run',
      fixture('supported.ts'),
      '--until',
      'decided',
      '--replicates',
      '4',
      '--budget',
      '20x',
    ];
    const ended = await marginalia([...asked, '--alpha', '0.01'], { cwd: emptyFolder() });
    expect(ended.code).toBe(3);
    expect(ended.out.replaceAll(/\s+/g, ' ')).toMatch(
      /the budget ended about \d+ replicates of each cell short/,
    );
    const [, more] =
      /about (\d+) replicates of each cell short/.exec(ended.out.replaceAll(/\s+/g, ' ')) ?? [];
    const [, budget] = /a larger budget \(--budget (\d+)\)/.exec(ended.out) ?? [];
    // 40 runs, and so many more of two cells, rounded up.
    expect(Number(budget)).toBeGreaterThanOrEqual(40 + 2 * Number(more));
    expect(Number(budget)).toBeLessThan(1.1 * (40 + 2 * Number(more)) + 1);
    expect(ended.out).toContain('40 runs computed.');
  });

  const asked = async (flags: Parameters<typeof policyFor>[0], claims?: []): Promise<unknown> => {
    const planned = plan(tiny('supported', claims ?? [below('supported', 3)]), { code: 'test' });
    return policyFor(flags, planned, 'mine.ts');
  };

  it('takes a budget in runs or in replicates, a level, and for neither fifty of each cell and five hundred at least', async () => {
    expect(await asked({})).toBeUndefined();
    expect(await asked({ until: 'decided' })).toEqual({ alpha: 1e-3, budget: 500 });
    expect(await asked({ until: 'decided', budget: '77', alpha: '0.01' })).toEqual({
      alpha: 0.01,
      budget: 77,
    });
    expect(await asked({ until: 'decided', budget: '300x' })).toEqual({ alpha: 1e-3, budget: 600 });
  });

  it.each([
    [{ until: 'bored' }, /expected --until decided, got --until bored/],
    [{ until: 'decided', budget: '10' }, /first round, 40 runs \(2 cells × 20 replicates\), got 10/],
    [{ until: 'decided', budget: 'lots' }, /--budget to be a whole number/],
    [{ until: 'decided', alpha: '1' }, /--alpha to be a number above 0 and below 1/],
  ])('refuses %j in one line', async (flags, line) => {
    await expect(asked(flags)).rejects.toThrow(line);
  });

  it('refuses a sweep without claims', async () => {
    await expect(asked({ until: 'decided' }, [])).rejects.toThrow(
      /supported to have claims that --until can decide, got a sweep without claims; try .*--replicates 20/,
    );
  });
});

describe('evidence', () => {
  it('multiplies over seeds what no seed decides, merges one seed, and refuses another sweep', async () => {
    const cwd = emptyFolder();
    const run = (out: string, seed: string, replicates: string, name = 'supported.ts'): Promise<Ended> =>
      marginalia(['run', fixture(name), '--seed', seed, '--replicates', replicates, '--out', out], { cwd });
    await Promise.all([run('a', '1', '80'), run('b', '2', '80'), run('d', '1', '20')]);
    await run('other', '1', '4', 'refuted.ts');

    const alone = await marginalia(['evidence', 'a'], { cwd });
    expect(alone.code).toBe(3);
    const all = await marginalia(['evidence', 'a', 'b', 'd', '--json'], { cwd });
    const { claims } = JSON.parse(all.out) as {
      readonly claims: readonly {
        readonly verdict: string;
        readonly for: number;
        readonly runs: number;
        readonly seeds: readonly {
          readonly seed: string;
          readonly for: number;
          readonly folders: string[];
        }[];
      }[];
    };
    const [claim] = claims;
    expect(claim).toMatchObject({ verdict: 'supported', runs: 320 });
    expect(claim?.seeds.map(({ folders }) => folders)).toEqual([['a', 'd'], ['b']]);
    expect(Number(claim?.for)).toBeGreaterThan(Math.max(...(claim?.seeds ?? []).map((seed) => seed.for)));
    expect(onlyLine(all)).toBe('a and d share seed 1 and so their data: merged, and counted as one');
    expect(all.code).toBe(0);

    const page = await marginalia(['evidence', 'a', 'b'], { cwd });
    expect(page.out).toContain('1 claim over 2 seeds: 1 supported.');
    expect(page.out.replaceAll(/\s+/g, ' ')).toContain('so that 1/e bounds the p-value');

    expect(onlyLine(await marginalia(['evidence', 'a', 'other'], { cwd }))).toMatch(
      /folders of one sweep, got a of supported and other of refuted/,
    );
    expect(onlyLine(await marginalia(['evidence', 'a', '--claims', 'nothing'], { cwd }))).toMatch(
      /--claims to name/,
    );
    expect(onlyLine(await marginalia(['evidence'], { cwd }))).toMatch(
      /folders of results, best of different seeds/,
    );
  });
});
