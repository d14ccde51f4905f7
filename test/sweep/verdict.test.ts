import { BadInput, Random } from '@marginalia/core';
import { verdictOf } from '@marginalia/sweep';
import {
  about,
  atLeast,
  atMost,
  type Claim,
  type Evidence,
  exactly,
  proportional,
  type Relation,
} from '@marginalia/theory';
import { describe, expect, it } from 'vitest';
import { leastSquares } from '../../packages/sweep/src/verdict/least-squares.js';
import { studentQuantile } from '../../packages/sweep/src/verdict/student.js';

const claimOf = (relation: Relation): Claim => ({
  id: 'test/claim',
  title: 'a claim under test',
  statement: 'x relates to y',
  source: { paper: 'none', authors: 'nobody', year: 2026, locator: '—', reading: 'derived' },
  notation: {},
  assumptions: [
    { name: 'fitted', statement: 'the data are fitted', check: (run) => run.measurements['fitted'] !== 0 },
    {
      name: 'separable',
      statement: 'the data are separable',
      check: (run) => run.measurements['separable'] !== 0,
    },
  ],
  measured: 'x and y',
  measure: ({ measurements: { x, y } }) => ({
    quantity: Number(x ?? Number.NaN),
    bound: Number(y ?? Number.NaN),
  }),
  relation,
  expected: 'anything',
});

const runsOf = (pairs: readonly (readonly [x: number, y: number])[]): Evidence[] =>
  pairs.map(([x, y], replicate) => ({ axes: {}, replicate, measurements: { x, y } }));

/** `count` runs around `mean` against one bound. */
const around = (
  mean: number,
  deviation: number,
  bound: number,
  count: number,
  key = 'around',
): Evidence[] => {
  const random = Random.of([key, mean, deviation, bound, count]);
  return runsOf(Array.from({ length: count }, () => [mean + deviation * random.gaussian(), bound] as const));
};

const unmet: Evidence = { axes: {}, replicate: 99, measurements: { x: -1e9, y: 1, fitted: 0 } };
const unmeasured: Evidence = { axes: {}, replicate: 98, measurements: {} };

const relations = {
  exactly: {
    relation: exactly(),
    holding: runsOf([
      [1e-12, 1e-9],
      [3e-11, 1e-9],
    ]),
    doctored: [
      [1e-12, 1e-9],
      [2e-9, 1e-9],
    ],
  },
  'at-most': {
    relation: atMost(),
    holding: around(1, 0.1, 2, 20),
    doctored: [
      [2.1, 2],
      [2.2, 2],
      [2.3, 2],
      [2.2, 2],
    ],
  },
  'at-least': {
    relation: atLeast(),
    holding: around(3, 0.1, 2, 20),
    doctored: [
      [1.9, 2],
      [1.8, 2],
      [1.7, 2],
      [1.8, 2],
    ],
  },
  about: {
    relation: about({ within: 0.1 }),
    holding: around(2, 0.04, 2, 20),
    doctored: [
      [3, 2],
      [3.1, 2],
      [2.9, 2],
    ],
  },
} as const;

describe.each(Object.entries(relations))('a claim of kind %s', (_, { relation, holding, doctored }) => {
  const claim = claimOf(relation);

  it('is supported by runs that hold', () => {
    const verdict = verdictOf(claim, holding);
    expect(verdict).toMatchObject({
      verdict: 'supported',
      runs: holding.length,
      held: holding.length,
      violated: 0,
    });
    expect(verdict.slack).toBeGreaterThanOrEqual(0);
    expect(verdict.interval?.[0]).toBeLessThanOrEqual(verdict.estimate ?? Number.NaN);
    expect(verdict.interval?.[1]).toBeGreaterThanOrEqual(verdict.estimate ?? Number.NaN);
  });

  it('is refuted by doctored runs', () => {
    const verdict = verdictOf(claim, runsOf(doctored));
    expect(verdict.verdict).toBe('refuted');
    expect(verdict.violated).toBeGreaterThan(0);
    expect(verdict.slack).toBeLessThan(0);
  });

  it('is vacuous when no run met its assumptions, whatever the runs measured', () => {
    const other: Evidence = { ...unmet, measurements: { ...unmet.measurements, fitted: 1, separable: 0 } };
    expect(verdictOf(claim, [other, unmet, unmet])).toMatchObject({
      verdict: 'vacuous',
      runs: 0,
      held: 0,
      violated: 0,
      vacuous: 3,
      unmet: ['fitted', 'separable'],
      unmetRuns: { fitted: 2, separable: 1 },
      estimate: null,
      interval: null,
      slack: null,
    });
  });

  it('is inconclusive without runs, and when nothing was measured', () => {
    expect(verdictOf(claim, [])).toMatchObject({ verdict: 'inconclusive', runs: 0, reason: 'no run yet' });
    expect(verdictOf(claim, [unmeasured])).toMatchObject({
      verdict: 'inconclusive',
      runs: 0,
      inconclusive: 1,
      reason: 'not measured: x and y',
    });
  });

  it('never counts a vacuous or an inconclusive run as judged', () => {
    const alone = verdictOf(claim, holding);
    const among = verdictOf(claim, [unmet, ...holding, unmeasured, unmeasured, unmet]);
    expect(among).toEqual({
      ...alone,
      vacuous: 2,
      inconclusive: 2,
      unmet: ['fitted'],
      unmetRuns: { fitted: 2 },
      missing: { 'assumption-unmet': 2, 'not-measured': 2 },
    });
  });
});

describe('an average', () => {
  it.each([
    ['at most', atMost(), [1.9, 1.99, 1.95, 1.97]],
    ['at least', atLeast(), [2.1, 2.01, 2.05, 2.03]],
    ['about', about({ within: 0.1 }), [2.1, 2.19, 2.15, 2.17]],
  ] as const)(
    '%s is undecided while its interval crosses the edge, and says how many more runs it takes',
    (_, relation, quantities) => {
      const claim = claimOf(relation);
      const verdict = verdictOf(claim, runsOf(quantities.map((x) => [x, 2] as const)));
      expect(verdict).toMatchObject({ verdict: 'inconclusive', held: 4, violated: 0 });
      expect(verdict.slack).toBeLessThan(0);
      const [, more] = /about (\d+) more runs? would settle it/.exec(verdict.reason) ?? [];
      // And so many runs of the same spread do settle it; runs come in fours here.
      const enough = Array.from({ length: Math.ceil((4 + Number(more)) / 4) }, () => quantities).flat();
      expect(enough.length).toBeGreaterThan(4);
      expect(verdictOf(claim, runsOf(enough.map((x) => [x, 2] as const))).verdict).toBe('supported');
    },
  );

  it('of one run decides nothing', () => {
    expect(verdictOf(claimOf(atMost()), runsOf([[1, 2]]))).toMatchObject({
      verdict: 'inconclusive',
      interval: null,
      estimate: 1,
      slack: 1,
    });
  });

  it('without spread is a point, and decides', () => {
    expect(
      verdictOf(
        claimOf(atMost()),
        runsOf([
          [1, 2],
          [1, 2],
        ]),
      ),
    ).toMatchObject({ verdict: 'supported', interval: [1, 1], slack: 1, bound: 2 });
  });

  it('is of ratios where the bounds differ, of differences where they are not all positive, and says so', () => {
    const ratios = verdictOf(
      claimOf(atMost()),
      runsOf(Array.from({ length: 8 }, (_, i) => [0.5 * (i + 1) + 0.01 * (i % 2), i + 1] as const)),
    );
    expect(ratios).toMatchObject({ verdict: 'supported', bound: 1 });
    expect(ratios.estimate).toBeCloseTo(0.5, 1);
    expect(ratios.reason).toContain('quantity / bound');
    const differences = verdictOf(
      claimOf(atLeast()),
      runsOf(Array.from({ length: 8 }, (_, i) => [i - 2 + 0.01 * (i % 2), i - 4] as const)),
    );
    expect(differences).toMatchObject({ verdict: 'supported', bound: 0 });
    expect(differences.reason).toContain('quantity − bound');
  });

  it('that lies inside does not save a claim whose runs do not hold often enough', () => {
    const often = [
      ...around(1, 0.1, 2, 30),
      ...runsOf(Array.from({ length: 10 }, (_, i) => [2.1 + i / 100, 2] as const)),
    ];
    const verdict = verdictOf(claimOf(atMost()), often);
    expect(verdict.interval?.[1]).toBeLessThan(2);
    expect(verdict).toMatchObject({ verdict: 'refuted', held: 30, violated: 10 });
    expect(verdict.reason).toContain('e-value');
    const seldom = verdictOf(claimOf(atMost()), [...around(1, 0.1, 2, 12), ...runsOf([[2.1, 2]])]);
    expect(seldom).toMatchObject({ verdict: 'inconclusive', violated: 1 });
    expect(seldom.reason).toContain('fewer than 95 %');
  });

  it('of runs that are not finite has no interval', () => {
    expect(
      verdictOf(
        claimOf(atMost({ rate: 0.5 })),
        runsOf([
          [1, 2],
          [Infinity, 2],
          [1, 2],
        ]),
      ),
    ).toMatchObject({ verdict: 'inconclusive', interval: null });
  });

  it('is judged the more cautiously the smaller alpha', () => {
    const runs = around(1.8, 0.15, 2, 12);
    const width = (alpha: number): number => {
      const [low, high] = verdictOf(claimOf(atMost()), runs, { alpha }).interval ?? [0, Infinity];
      return high - low;
    };
    expect(width(0.01)).toBeGreaterThan(width(0.05));
    expect(width(0.05)).toBeGreaterThan(width(0.2));
  });

  it('is refuted in at most 2α of sweeps whose mean is the bound itself, at every look', () => {
    const [alpha, repeats] = [0.05, 400];
    let refuted = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const runs = around(2, 0.3, 2, 60, `edge ${repeat}`);
      const looks = Array.from(
        { length: 59 },
        (_, i) => verdictOf(claimOf(atMost({ rate: 0.5 })), runs.slice(0, i + 2), { alpha }).verdict,
      );
      if (looks.includes('refuted')) refuted += 1;
    }
    expect(refuted / repeats).toBeLessThanOrEqual(2 * alpha + 3 * Math.sqrt((2 * alpha) / repeats));
  });
});

const law = (
  grid: { readonly dimension: readonly number[]; readonly clusters?: readonly number[] },
  quantity: (cell: {
    readonly dimension: number;
    readonly clusters: number;
    readonly noise: number;
  }) => number,
  replicates = 4,
): Evidence[] => {
  const random = Random.of(['law', grid, replicates]);
  return grid.dimension.flatMap((dimension) =>
    (grid.clusters ?? [4]).flatMap((clusters) =>
      Array.from({ length: replicates }, (_, replicate): Evidence => {
        const x = quantity({ dimension, clusters, noise: Math.exp(0.02 * random.gaussian()) });
        return { axes: { dimension, clusters, trainer: 'ours' }, replicate, measurements: { x, y: 1 } };
      }),
    ),
  );
};

describe('a power law', () => {
  const claim = claimOf(
    proportional({ axis: 'dimension', exponent: 0.5, alongside: ['clusters'], within: 0.03 }),
  );
  const grid = { dimension: [64, 128, 256, 512, 1024], clusters: [4, 8, 16] };

  it('is supported by runs that follow it, the other axes held', () => {
    const verdict = verdictOf(
      claim,
      law(grid, ({ dimension, clusters, noise }) => (noise * 3 * Math.sqrt(dimension)) / clusters),
    );
    expect(verdict).toMatchObject({ verdict: 'supported', bound: 0.5, runs: 60, held: 60 });
    expect(verdict.estimate).toBeCloseTo(0.5, 1);
    expect(verdict.slack).toBeGreaterThanOrEqual(0);
  });

  it('is supported exactly by runs without noise', () => {
    const verdict = verdictOf(
      claim,
      law(grid, ({ dimension, clusters }) => Math.sqrt(dimension) / clusters, 1),
    );
    expect(verdict.verdict).toBe('supported');
    expect(verdict.estimate).toBeCloseTo(0.5, 12);
  });

  it('is refuted by another exponent', () => {
    const verdict = verdictOf(
      claim,
      law(grid, ({ dimension, clusters, noise }) => (noise * dimension ** 0.7) / clusters),
    );
    expect(verdict.verdict).toBe('refuted');
    expect(verdict.estimate).toBeCloseTo(0.7, 1);
    expect(verdict.slack).toBeLessThan(0);
  });

  it('is inconclusive where it bends: the drift widens the interval, however many the replicates', () => {
    const bent = law(grid, ({ dimension, noise }) => noise * Math.sqrt(dimension) * (1 + 40 / dimension), 50);
    const verdict = verdictOf(
      claimOf(proportional({ axis: 'dimension', exponent: 0.42, alongside: [], within: 0.03 })),
      bent,
    );
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.reason).toContain('larger or more values: --set dimension=');
  });

  it('is inconclusive when few runs scatter widely, and asks for more', () => {
    const wild = law(grid, ({ dimension, noise }) => noise ** 40 * Math.sqrt(dimension), 1);
    const verdict = verdictOf(claim, wild);
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.reason).toContain('--replicates');
  });

  it.each([
    ['one value of its axis', { dimension: [64] }, 4, '--set dimension=64,128,256'],
    ['as many runs as coefficients', { dimension: [64, 128] }, 1, '2 runs for 2 coefficients'],
  ])('is inconclusive with %s, and says what to add', (_, few, replicates, said) => {
    const verdict = verdictOf(
      claim,
      law(few, ({ dimension }) => Math.sqrt(dimension), replicates),
    );
    expect(verdict).toMatchObject({ verdict: 'inconclusive', estimate: null, interval: null });
    expect(verdict.reason).toContain(said);
  });

  it('is inconclusive when the axes only vary together', () => {
    const tied = law(
      { dimension: [64, 128, 256], clusters: [4] },
      ({ dimension, noise }) => noise * Math.sqrt(dimension),
    ).map((run) => ({
      ...run,
      axes: { ...run.axes, clusters: Number(run.axes['dimension']) / 16 },
    }));
    expect(verdictOf(claim, tied).reason).toContain('do not tell dimension from clusters apart');
  });

  it('is not decided by leaving out the runs that have no logarithm', () => {
    const runs = law(grid, ({ dimension, clusters, noise }) => (noise * Math.sqrt(dimension)) / clusters);
    const [first, ...rest] = runs;
    if (!first) throw new Error('no runs');
    const verdict = verdictOf(claim, [{ ...first, measurements: { x: 0, y: 1 } }, ...rest]);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', violated: 1, held: rest.length });
    expect(verdict.reason).toContain('no logarithm');
  });

  it('leaves out axes that do not vary, and refuses axes that have no logarithm', () => {
    const runs = law(
      { dimension: [64, 128, 256] },
      ({ dimension, noise }) => noise * Math.sqrt(dimension),
      10,
    );
    expect(
      verdictOf(
        claimOf(
          proportional({
            axis: 'dimension',
            exponent: 0.5,
            alongside: ['clusters', 'trainer'],
            within: 0.05,
          }),
        ),
        runs,
      ).verdict,
    ).toBe('supported');
    const mixed = runs.map((run, i) => ({
      ...run,
      axes: { ...run.axes, trainer: i % 2 === 0 ? 'ours' : 'tfjs' },
    }));
    expect(
      verdictOf(
        claimOf(proportional({ axis: 'dimension', exponent: 0.5, alongside: ['trainer'], within: 0.05 })),
        mixed,
      ).reason,
    ).toContain('trainer has no logarithm');
  });

  it('covers a true exponent in at least 1 − α of sweeps', () => {
    const [alpha, repeats] = [0.05, 500];
    let missed = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const random = Random.of(['exponent', repeat]);
      // Two levels: the statistical interval alone, for there is no level to leave out. Spread grows with the dimension.
      const runs = law(
        { dimension: [64, 512] },
        ({ dimension }) => Math.sqrt(dimension) * Math.exp((dimension / 512) * random.gaussian()),
        5,
      );
      const [low, high] = verdictOf(claim, runs, { alpha }).interval ?? [Number.NaN, Number.NaN];
      if (!(low <= 0.5 && 0.5 <= high)) missed += 1;
    }
    expect(missed / repeats).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / repeats));
  });
});

describe('the numbers below the verdicts', () => {
  it.each([
    [0.05, 1, 12.706204736],
    [0.05, 2, 4.30265273],
    [0.05, 10, 2.228138852],
    [0.01, 5, 4.032142984],
    [0.05, 100, 1.983971519],
    [0.05, 5000, 1.960438644],
  ])('Student’s quantile at %f with %i degrees is that of the tables', (alpha, degrees, value) => {
    expect(studentQuantile(alpha, degrees)).toBeCloseTo(value, 6);
  });

  it('least squares finds a plane, and knows when it cannot', () => {
    const rows = [
      [1, 0, 2],
      [1, 1, 0],
      [1, 2, 5],
      [1, 3, 1],
      [1, 4, 4],
    ];
    const fit = leastSquares(
      rows,
      rows.map(([, a = 0, b = 0]) => 7 - 2 * a + 3 * b),
    );
    expect(fit?.coefficients[0]).toBeCloseTo(7, 10);
    expect(fit?.coefficients[1]).toBeCloseTo(-2, 10);
    expect(fit?.coefficients[2]).toBeCloseTo(3, 10);
    expect(fit?.degrees).toBe(2);
    expect(
      leastSquares(
        rows.map(([, a = 0]) => [1, a, 2 * a]),
        [1, 2, 3, 4, 5],
      ),
    ).toBeUndefined();
    expect(leastSquares(rows.slice(0, 3), [1, 2, 3])).toBeUndefined();
  });
});

describe('a claim that throws', () => {
  const fails = (): never => {
    throw new RangeError('no such column\nand more');
  };
  const sound = claimOf(exactly());
  it.each<readonly [string, Claim]>([
    [
      'check of fitted',
      { ...sound, assumptions: [{ name: 'fitted', statement: 'the data are fitted', check: fails }] },
    ],
    ['measure', { ...sound, measure: fails }],
    ['slack', { ...sound, relation: { ...exactly(), slack: fails } }],
  ])('says whose %s it was', (which, claim) => {
    expect(() => verdictOf(claim, runsOf([[1, 2]]))).toThrow(
      new BadInput({
        expected: 'claim test/claim to judge every run',
        got: `its ${which} threw: no such column`,
      }),
    );
  });
});
