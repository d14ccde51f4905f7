/** The laws of the baseline: what it records it tolerates, what leaves it is found. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  compareWith,
  readBaseline,
  recordOf,
  updated,
  writeBaseline,
  type Entries,
  type Row,
} from 'marginalia';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from './marginalia.js';

const row = (of: Partial<Row>): Row => ({
  claim: 'paper/claim',
  title: 'a claim',
  sweep: 'sweep',
  preset: 'quick',
  out: 'results/sweep/quick',
  relation: 'about',
  standing: 'as-expected',
  verdict: 'supported',
  expected: 'supported',
  estimate: 1,
  interval: [0.9, 1.1],
  bound: 1,
  slack: 0,
  runs: 10,
  units: 10,
  held: 10,
  violated: 0,
  vacuous: 0,
  inconclusive: 0,
  unmet: [],
  unmetRuns: {},
  reason: '',
  alpha: 0.05,
  validity: 'anytime',
  evidence: null,
  detectable: null,
  more: null,
  missing: {},
  violatedBy: null,
  ...of,
});
const entriesOf = (one: Row): Entries => updated({}, [one], recordOf, () => true);
const regressions = (recorded: Row, now: Row): readonly string[] =>
  compareWith(entriesOf(recorded), 'file', [now], () => true).regressions.map(({ kind }) => kind);

/** Any size, of either sign. */
const size = fc
  .tuple(fc.integer({ min: -99_999_999, max: 99_999_999 }), fc.integer({ min: -30, max: 30 }))
  .map(([digits, exponent]) => Number(`${digits}e${exponent}`));
const judged = fc
  .tuple(fc.tuple(size, size, size), fc.constantFrom('about', 'exactly', 'proportional'))
  .map(([ends, relation]) => {
    const [low = 0, estimate = 0, high = 0] = [...ends].sort((a, b) => a - b);
    return row({ estimate, interval: [low, high], relation, bound: high });
  });

describe('the baseline', () => {
  it('tolerates what it has recorded, to the last bit, through the file and back', () => {
    const file = join(emptyFolder(), 'baseline.json');
    fc.assert(
      fc.property(judged, (one) => {
        writeBaseline(file, entriesOf(one));
        const { regressions: found, compared } = compareWith(
          readBaseline(file) ?? {},
          file,
          [one],
          () => true,
        );
        expect([found, compared]).toEqual([[], 1]);
      }),
      { numRuns: 200 },
    );
  });

  it('gives back what was written, infinities and nulls included', () => {
    const file = join(emptyFolder(), 'baseline.json');
    const entries: Entries = {
      'b/b': {
        two: { verdict: 'inconclusive', estimate: Infinity, interval: [-Infinity, Infinity], bound: 0.1 },
      },
      'a/a': { one: { verdict: 'vacuous', estimate: null, interval: null, bound: null } },
    };
    writeBaseline(file, entries);
    expect(readBaseline(file)).toEqual(entries);
    expect(readFileSync(file, 'utf8').indexOf('a/a')).toBeLessThan(readFileSync(file, 'utf8').indexOf('b/b'));
    expect(readBaseline(`${file}.absent`)).toBeUndefined();
  });

  it('finds an estimate outside its interval, whether that has grown, shrunk or gone', () => {
    fc.assert(
      fc.property(judged, fc.constantFrom(-1, 1), (one, sign) => {
        const [low, high] = one.interval as readonly [number, number];
        // A thousandth beyond: the six digits of the file do not hide it.
        const beyond =
          sign < 0 ? low - 1e-3 * (Math.abs(low) + 1e-30) : high + 1e-3 * (Math.abs(high) + 1e-30);
        const less = one.relation === 'exactly' && sign < 0;
        expect(regressions(one, { ...one, estimate: beyond })).toEqual(less ? [] : ['estimate-moved']);
        expect(regressions(one, { ...one, estimate: null })).toEqual(['estimate-moved']);
      }),
    );
  });

  it('finds every change of a verdict, for better or worse, once', () => {
    const kinds = ['supported', 'refuted', 'vacuous', 'inconclusive'] as const;
    for (const was of kinds) {
      for (const is of kinds) {
        const found = regressions(row({ verdict: was }), row({ verdict: is, estimate: 7 }));
        expect(found).toEqual([was === is ? 'estimate-moved' : 'verdict-changed']);
      }
    }
  });

  it('lets the rounding errors of an identity move by a hundredth of its slack, and no more', () => {
    const identity = row({ relation: 'exactly', estimate: 9e-16, interval: [1e-16, 9e-16], bound: 1e-9 });
    for (const [estimate, found] of [
      [0, []],
      [5e-12, []],
      [2e-11, ['estimate-moved']],
    ] as const) {
      expect(regressions(identity, { ...identity, estimate })).toEqual(found);
    }
  });

  it('lets an estimate without an interval go, for nothing is known of its spread', () => {
    const bare = row({ verdict: 'inconclusive', interval: null });
    expect(regressions(bare, { ...bare, estimate: 99 })).toEqual([]);
  });

  it.each([
    ['no JSON', 'x = 1', 'expected a baseline in FILE, got a file that is no JSON; try another --baseline'],
    [
      'a list',
      '[1]',
      'expected a baseline in FILE, got a file that is something else; try another --baseline',
    ],
    [
      'of another version',
      '{"marginalia": "baseline", "version": 2, "alpha": 0.05, "claims": {}}',
      'expected a baseline of version 1, α = 0.05 in FILE, got version 2, α = 0.05; ' +
        'try moving it away and npx marginalia check --update --baseline FILE',
    ],
    [
      'of another level',
      '{"marginalia": "baseline", "version": 1, "alpha": 0.01, "claims": {}}',
      'got version 1, α = 0.01; try moving it away',
    ],
    ['without claims', '{"marginalia": "baseline", "version": 1, "alpha": 0.05}', 'got one without claims;'],
    ['without a verdict', '{"verdict": "yes", "estimate": 1, "interval": null, "bound": 1}', 'is damaged;'],
    ['with words', '{"verdict": "refuted", "estimate": "x", "interval": null, "bound": 1}', 'is damaged;'],
    ['turned', '{"verdict": "refuted", "estimate": 1, "interval": [2, 1], "bound": 1}', 'is damaged;'],
    ['half', '{"verdict": "refuted", "estimate": 1, "interval": [2], "bound": 1}', 'is damaged;'],
  ])('is refused in a line when it is %s', (_, text, line) => {
    const file = join(emptyFolder(), 'mine.json');
    const whole = `{"marginalia": "baseline", "version": 1, "alpha": 0.05, "claims": {"a/b": {"twin": ${text}}}}`;
    writeFileSync(file, text.startsWith('{"verdict"') ? whole : text);
    expect(() => readBaseline(file)).toThrow(line.replaceAll('FILE', file));
  });

  it('is written so that it can be read: an interval stands on one line', () => {
    const file = join(emptyFolder(), 'baseline.json');
    writeBaseline(file, entriesOf(row({ estimate: 0.123456789, interval: [0.123456111, 0.123456999] })));
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('        "estimate": 0.123457,\n        "interval": [0.123456, 0.123457],\n');
    // What a formatter would make of it.
    writeFileSync(file, JSON.stringify(JSON.parse(text)));
    expect(readBaseline(file)).toMatchObject({
      'paper/claim': { sweep: { interval: [0.123456, 0.123457] } },
    });
  });
});
