import { describe, expect, it } from 'vitest';
import { emptyFolder, fixture, marginalia, onlyLine } from './marginalia.js';

const sweep = fixture('doctored.ts');

interface Document {
  readonly kind: string;
  readonly command: string | null;
  readonly smallest: { readonly setting: Readonly<Record<string, unknown>>; readonly runs: number };
}

describe('shrink', () => {
  it('finds the smallest counterexample among values or results, with a command that refutes the claim', async () => {
    const cwd = emptyFolder();
    const start = ['--set', 'dimension=40', '--set', 'samples=7'];
    const ended = await marginalia(['shrink', 'often', '--sweep', sweep, ...start, '--json'], { cwd });
    const { kind, command, smallest } = JSON.parse(ended.out) as Document;
    expect(kind).toBe('counterexample');
    expect(smallest.setting).toMatchObject({ dimension: 12, clusters: 2, width: 7, samples: 1, steps: 100 });
    expect(ended.code).toBe(1);
    const words = (command ?? '').replace(/^npx marginalia /, '').split(' ');
    const again = await marginalia([...words, '--json'], { cwd });
    const { computed, verdicts } = JSON.parse(again.out) as {
      readonly computed: number;
      readonly verdicts: readonly { readonly claim: string; readonly verdict: string }[];
    };
    expect(computed).toBe(smallest.runs);
    expect(verdicts.find(({ claim }) => claim === 'fixture/often')?.verdict).toBe('refuted');

    await marginalia(['run', sweep], { cwd });
    const from = ['shrink', 'often', '--from', 'results/doctored/quick'];
    const page = await marginalia(from, { cwd });
    expect(page.out).toMatch(
      /^Smallest counterexample: noisy is at most 1\n {2}dimension=12 clusters=2 width=7 samples=1: /,
    );
    expect(page.err).toContain('step 1: dimension=16 clusters=4 width=32 samples=40: refuted by ');
    expect((await marginalia(from, { cwd })).out).toBe(page.out);
    const none = await marginalia(['shrink', 'true', '--from', 'results/doctored/quick'], { cwd });
    expect(onlyLine(none)).toMatch(
      /a run in results\/doctored\/quick that violates fixture\/true, got none; try /,
    );
  });

  it('exits with 0 where every setting supports the claim, with 3 where the budget ends before', async () => {
    const asked = ['shrink', 'true', '--sweep', sweep];
    const supported = await marginalia([...asked, '--replicates', '400']);
    expect(supported.out).toMatch(
      /^No counterexample: quiet is at most 1\n {2}Every setting of the values of preset quick/,
    );
    expect(supported.code).toBe(0);
    const open = await marginalia([...asked, '--budget', '3']);
    expect(open.out).toContain('yet not every one supports it');
    expect(open.code).toBe(3);
  });

  it.each([
    [['often', '--sweep', sweep, '--axes', 'scale'], /an axis of whole numbers of doctored/],
    [['oftn', '--sweep', sweep], /expected a claim, got "oftn"/],
    [['often', '--sweep', sweep, '--preset', 'large'], /a preset of doctored that judges fixture\/often/],
    [['often', '--sweep', sweep, '--budget', '0'], /--budget to be a whole number/],
    [['often', '--sweep', sweep, '--alpha', '2'], /--alpha to be a number above 0 and below 1/],
    [['often', '--sweep', sweep, '--set', 'depth=3'], /an axis of doctored/],
    [['radius-exponent-dimension'], /one setting can refute/],
  ])('refuses %j in one line', async (args, line) => {
    const ended = await marginalia(['shrink', ...args]);
    expect(onlyLine(ended)).toMatch(line);
    expect(ended.code).toBe(2);
  });
});
