/** Evidence of several folders: what multiplies, what is one, and what does not belong together. */
import { Random } from '@marginalia/core';
import { accumulate, type JournalRecord, type ResultsFolder, seedsOf, type Results } from '@marginalia/sweep';
import { atMost, exactly, scalar, type Claim, type Relation } from '@marginalia/theory';
import { describe, expect, it } from 'vitest';

const claimOf = (relation: Relation, bound = 1, range?: readonly [number, number]): Claim => ({
  ...(range && { range }),
  id: 'test/claim',
  title: 'a claim under test',
  statement: 'x ≤ bound',
  source: { paper: 'none', authors: 'nobody', year: 2026, locator: '—', reading: 'derived' },
  notation: {},
  assumptions: [],
  measured: 'x',
  measure: (one) => ({ quantity: scalar(one, 'x'), bound }),
  relation,
  expected: 'anything',
});

interface Kept {
  readonly seed?: string;
  readonly sweep?: string;
  readonly code?: string;
  readonly from?: number;
  readonly to?: number;
  readonly sizes?: readonly number[];
}

/** x uniform on [0, 1) in the replicates from … to of each size, as a folder has them. */
function folderOf(
  name: string,
  { seed = '1', sweep = 's', code = 'c', from = 0, to = 20, sizes = [1, 2] }: Kept = {},
): ResultsFolder {
  const records = sizes.flatMap((size) =>
    Array.from({ length: to - from }, (_, i): JournalRecord => {
      const replicate = from + i;
      const x = Random.of({ seed, size, replicate }).uniform();
      const id = `${seed} ${size} ${replicate}`;
      return {
        id,
        sweep,
        seed,
        code,
        axes: { size },
        replicate,
        outcome: { kind: 'measured', measurements: { x } },
      };
    }),
  );
  const identity = { sweep, seed, code, preset: 'quick', axisNames: ['size'], keyingAxes: ['size'] };
  return { folder: name, results: { identity, records, failures: [] } as unknown as Results };
}

const asked = { axisNames: ['size'], keyingAxes: ['size'], alpha: 1e-3 };
const weigh = (claim: Claim, ...folders: readonly ResultsFolder[]): ReturnType<typeof accumulate> =>
  accumulate(claim, seedsOf(folders), asked);

describe('folders of one sweep', () => {
  const wide = claimOf(atMost({ rate: 0.5 }), 1);
  const nights = ['1', '2', '3'].map((seed) => folderOf(`night ${seed}`, { seed, to: 5 }));

  it('of different seeds multiply where each is exact: three nights decide what none of them does', () => {
    const exact = claimOf(atMost({ rate: 0.5 }), 1, [0, 2]);
    const long = ['1', '2', '3'].map((seed) => folderOf(`night ${seed}`, { seed, to: 8 }));
    const each = long.map((night) => weigh(exact, night));
    expect(each.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive', 'inconclusive']);
    const all = weigh(exact, ...long);
    const product = each.reduce((sum, one) => sum * Number(one.for), 1);
    expect(Number(all.for) / product).toBeCloseTo(1, 9);
    expect(all.seeds.map((seed) => seed.for)).toEqual(each.map((one) => one.for));
    expect([all.verdict, all.validity, all.runs]).toEqual(['supported', 'anytime', 48]);
  });

  it('are judged together where none is exact by itself, in whatever order', () => {
    const [all, turned] = [weigh(wide, ...nights), weigh(wide, ...nights.toReversed())];
    expect([all.verdict, all.validity, all.runs]).toEqual(['supported', 'asymptotic', 30]);
    expect(Number(turned.for) / Number(all.for)).toBeCloseTo(1, 9);
    expect(Number(all.for)).toBeGreaterThan(Math.max(...all.seeds.map((seed) => Number(seed.for))));
  });

  it('are refused where they ran other cells: "false on this grid" is another hypothesis on another one', () => {
    const half = folderOf('half', { seed: '2', sizes: [1] });
    expect(() => weigh(wide, nights[0] as ResultsFolder, half)).toThrow(
      /the same cells.*night 1 with 2 cells, half with 1 cell/,
    );
  });

  it('of which some runs failed support nothing that these could have changed, in whatever order', () => {
    const [night, other] = nights as [ResultsFolder, ResultsFolder];
    const [lost, ...left] = night.results.records as [JournalRecord, ...JournalRecord[]];
    const failure: JournalRecord = {
      ...lost,
      outcome: { kind: 'failed', failure: { kind: 'timed-out', message: 'late' } },
    };
    const torn = { ...night, results: { ...night.results, records: left, failures: [failure] } };
    for (const claim of [wide, claimOf(exactly(), 1)])
      for (const folders of [
        [torn, other],
        [other, torn],
      ])
        expect(weigh(claim, ...folders).verdict).toBe('inconclusive');
  });

  it('of one seed are one: the same folder twice is no more evidence, another part of it is merged', () => {
    const [night] = nights as [ResultsFolder];
    expect(weigh(wide, night, { ...night, folder: 'copy' }).for).toBe(weigh(wide, night).for);
    const parts = [folderOf('a', { to: 3 }), folderOf('b', { from: 2, to: 5 })];
    const merged = weigh(wide, ...parts);
    expect(merged.for).toBe(weigh(wide, night).for);
    expect(merged.seeds).toMatchObject([{ seed: '1', folders: ['a', 'b'], runs: 10 }]);
  });

  it('are judged by as many replicates of every cell as every cell has', () => {
    const uneven = [folderOf('a', { to: 4 }), folderOf('b', { from: 4, to: 40, sizes: [2] })];
    expect(weigh(wide, ...uneven)).toMatchObject({ runs: 8, for: weigh(wide, folderOf('c', { to: 4 })).for });
  });

  it('refute by one violation of an identity, in whichever folder it is', () => {
    const identity = claimOf(exactly(), 1);
    expect(weigh(identity, ...nights)).toMatchObject({ verdict: 'supported', for: null, runs: 30 });
    const [first, ...rest] = nights as [ResultsFolder, ...ResultsFolder[]];
    const [record, ...others] = first.results.records as [JournalRecord, ...JournalRecord[]];
    const broken: JournalRecord = { ...record, outcome: { kind: 'measured', measurements: { x: 2 } } };
    const doctored = { ...first, results: { ...first.results, records: [...others, broken] } };
    expect(weigh(identity, ...rest, doctored)).toMatchObject({ verdict: 'refuted', against: Infinity });
    expect(() => seedsOf([first, { ...doctored, folder: 'doctored' }])).toThrow(/determinism alarm/);
  });

  it('refute a false claim, and a true one on its edge in no more of many accumulations than α and chance allow', () => {
    const long = ['1', '2', '3'].map((seed) => folderOf(seed, { seed, to: 10 }));
    expect(weigh(claimOf(atMost({ rate: 0.5 }), 0.1), ...long).verdict).toBe('refuted');
    const [alpha, repeats] = [0.1, 150];
    const edge = claimOf(atMost({ rate: 0.5 }), 0.5);
    const refuted = Array.from({ length: repeats }, (_, repeat) => {
      const folders = ['a', 'b', 'c'].map((seed) => folderOf(seed, { seed: `${repeat} ${seed}`, to: 6 }));
      return accumulate(edge, seedsOf(folders), { ...asked, alpha }).verdict;
    }).filter((verdict) => verdict === 'refuted').length;
    expect(refuted / repeats).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / repeats));
  });

  it('are refused where they are of other sweeps or other code', () => {
    const a = folderOf('a');
    expect(() => seedsOf([a, folderOf('b', { sweep: 't' })])).toThrow(
      /folders of one sweep, got a of s and b of t/,
    );
    expect(() => seedsOf([a, folderOf('b', { seed: '2', code: 'd' })])).toThrow(/ran the same code/);
  });
});
