import fc from 'fast-check';
import type { Verdict } from '@marginalia/sweep';
import {
  bytes,
  noteLines,
  opening,
  painter,
  progressLine,
  progressView,
  short,
  size,
  verdictTable,
  wrap,
} from 'marginalia';
import { describe, expect, it } from 'vitest';

const plain = painter(false);
const numbers = fc.oneof(fc.double(), fc.constant(null));
const verdicts = fc.array(
  fc.record<Verdict>({
    claim: fc.constant('paper/claim'),
    title: fc.lorem({ maxCount: 20 }),
    verdict: fc.constantFrom('supported', 'refuted', 'vacuous', 'inconclusive'),
    estimate: numbers,
    interval: fc.oneof(fc.tuple(fc.double(), fc.double()), fc.constant(null)),
    slack: numbers,
    bound: numbers,
    runs: fc.integer({ min: 0, max: 99_999 }),
    units: fc.nat(),
    held: fc.integer({ min: 0, max: 99_999 }),
    violated: fc.nat(),
    vacuous: fc.integer({ min: 0, max: 99_999 }),
    inconclusive: fc.nat(),
    unmet: fc.constant([]),
    unmetRuns: fc.constant({}),
    reason: fc.constant(''),
    alpha: fc.constant(0.05),
    validity: fc.constant('anytime' as const),
    evidence: fc.constant(null),
    detectable: numbers,
    more: fc.constant(null),
    missing: fc.constant({}),
  }),
  { minLength: 1, maxLength: 6 },
);

describe('the table of verdicts', () => {
  it('fits every terminal of 80 to 120 columns, whatever the numbers', () => {
    fc.assert(
      fc.property(verdicts, fc.integer({ min: 80, max: 120 }), (some, width) => {
        for (const line of verdictTable(some, width, plain).split('\n'))
          expect(size(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('shows every verdict, in the order given', () => {
    fc.assert(
      fc.property(verdicts, fc.integer({ min: 80, max: 120 }), (some, width) => {
        const lines = verdictTable(some, width, plain).split('\n');
        const shown = lines.flatMap(
          (line) => / (supported|refuted|vacuous|inconclusive)$/.exec(line)?.[1] ?? [],
        );
        expect(shown).toEqual(some.map(({ verdict }) => verdict));
      }),
    );
  });
});

describe('wrap', () => {
  it('keeps every letter and never exceeds the width', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 30 }), fc.integer({ min: 3, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(/\s/g, ''));
        for (const line of lines) expect(size(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('short', () => {
  it('is within half of its last digit of the number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }), (value) => {
        expect(Math.abs(Number(short(value)) - value)).toBeLessThanOrEqual(Math.abs(value) * 5.001e-3);
        expect(short(value).length).toBeLessThanOrEqual('-1.23e-308'.length);
      }),
    );
  });

  it('names what is no number', () => {
    expect([Number.NaN, null, Infinity, -Infinity].map((value) => short(value))).toEqual([
      '–',
      '–',
      '∞',
      '−∞',
    ]);
  });
});

describe('progress', () => {
  const standing = { done: 12, total: 40, failed: 1, running: 2, elapsedMs: 65_000, remainingMs: 7_260_000 };

  it('says how far, how long, and how long still', () => {
    expect(progressLine(standing)).toBe(
      '12/40 runs · 1 failed · 2 at work · 1 min 05 s · about 2 h 01 min left',
    );
    const { remainingMs: _, ...early } = { ...standing, failed: 0, running: 0 };
    expect(progressLine(early)).toBe('12/40 runs · 1 min 05 s');
  });

  it('redraws one line on a terminal and takes it away at the end; elsewhere it does not flood', () => {
    const written = (isTTY: boolean): string[] => {
      const texts: string[] = [];
      const stream = { isTTY, columns: 80, write: (text: string) => texts.push(text) > 0 };
      const view = progressView(stream as unknown as NodeJS.WriteStream, '2/7 averaging: ');
      for (let done = 0; done < 1000; done++) view.show({ ...standing, done, total: 1000 });
      view.end();
      return texts;
    };
    const terminal = written(true);
    expect(terminal.length).toBeGreaterThanOrEqual(2);
    for (const text of terminal) {
      expect(text.startsWith('\r\u001b[K')).toBe(true);
      expect(text).not.toContain('\n');
      expect(text.length).toBeLessThan(80 + '\r\u001b[K'.length);
    }
    expect(terminal[0]).toContain('2/7 averaging: 0/1000 runs · ');
    expect(terminal.at(-1)).toBe('\r\u001b[K');
    expect(written(false)).toEqual([]);
  });
});

describe('the first line of a sweep', () => {
  it('says what is about to run, and how much memory a run takes where that matters', () => {
    expect(opening('averaging', 'quick', 12, 36)).toBe('averaging (quick): 12 cells, 36 runs');
    expect(opening('averaging', 'quick', 1, 1, 63e6)).toBe('averaging (quick): 1 cell, 1 run');
    expect(opening('averaging', 'quick', 12, 36, 1.234e9)).toBe(
      'averaging (quick): 12 cells, 36 runs, at most 1.2 GB a run',
    );
  });

  it.each([
    [64e6, '64 MB'],
    [6.4e6, '6.4 MB'],
    [640_123_456, '640 MB'],
    [1e9, '1 GB'],
    [25.28e9, '25.3 GB'],
  ])('%d bytes are %s', (count, words) => {
    expect(bytes(count)).toBe(words);
  });
});

describe('notes', () => {
  const long = `sampling: law, ${'exact in distribution, not in every entry; '.repeat(4)}see the README`;

  it('are a line each where nobody reads, and wrap under themselves on a terminal', () => {
    expect(noteLines(['trainer tfjs', long])).toEqual(['trainer tfjs', long]);
    const lines = noteLines(['trainer tfjs', long, 'last'], 80);
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) expect(size(line)).toBeLessThanOrEqual(80);
    expect(lines.filter((line) => !line.startsWith('  '))).toHaveLength(3);
    expect(lines.map((line) => line.trim()).join(' ')).toBe(`trainer tfjs ${long} last`);
  });

  it('are one line though they were written as several, and no flood', () => {
    expect(noteLines(['two\n  lines\n'])).toEqual(['two lines']);
    const many = Array.from({ length: 9 }, (_, i) => `note ${i}`);
    expect(noteLines(many)).toEqual([...many.slice(0, 6), 'and 3 more notes']);
  });
});
