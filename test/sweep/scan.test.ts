/** Journals as they are written, torn and scanned. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonical } from '@marginalia/core';
import {
  countJournal,
  DeterminismAlarm,
  glanceJournal,
  type JournalRecord,
  readResults,
  scanJournal,
  type ScanOptions,
} from '@marginalia/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
// What engines use and no user sees.
import { JournalWriter } from '../../packages/sweep/src/journal/writer.js';
import { folder, journalNames, lines } from './tiny.js';
import { failed, journals, key, measured, recordFor, text, whole, written } from './written.js';

function scanned(out: string, options: ScanOptions = {}): { ids: string[]; torn: number; corrupted: number } {
  const ids: string[] = [];
  const { torn, corrupted } = scanJournal(out, key.sweep, ({ id }) => ids.push(id), options);
  return { ids, torn, corrupted };
}

const file = (out: string, number = 1): string =>
  join(out, 'journal', `${String(number).padStart(4, '0')}.jsonl`);

describe('a writer', () => {
  it('closes its file before it outgrows its roll, and claims the next', () => {
    const out = folder();
    const roll = 2000;
    const writer = new JournalWriter(out, { roll });
    const records = whole();
    for (const record of records) {
      writer.append([record]);
      const names = journalNames(out);
      // One lock, of the file at hand.
      expect(names.filter((name) => name.endsWith('.lock'))).toEqual([
        names.at(-1)?.replace('.jsonl', '.lock'),
      ]);
    }
    writer.close();
    const names = journalNames(out);
    expect(names.length).toBeGreaterThan(3);
    expect(names.every((name) => name.endsWith('.jsonl'))).toBe(true);
    const sizes = names.map((name) => statSync(join(out, 'journal', name)).size);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(roll);
    // No file was closed though the next record had fitted.
    const longest = Math.max(...lines(out).map((line) => line.length + 1));
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(roll - longest);
    expect(scanned(out).ids).toEqual(records.map(({ id }) => id));
  });

  it('writes what is longer than a roll into a file of its own', () => {
    const out = folder();
    const writer = new JournalWriter(out, { roll: 10 });
    const [first, second, third] = whole() as [JournalRecord, JournalRecord, JournalRecord];
    writer.append([first]);
    writer.append([second, third]);
    writer.close();
    expect(journalNames(out)).toEqual(['0001.jsonl', '0002.jsonl']);
    expect(scanned(out).ids).toHaveLength(3);
  });

  it('shares a folder with others: no file has two writers, no record is lost', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(2), { minLength: 24, maxLength: 24 }),
        fc.integer({ min: 1, max: 3000 }),
        (turns, roll) => {
          const out = folder();
          const writers = [0, 1, 2].map(() => new JournalWriter(out, { roll }));
          whole().forEach((record, at) => writers[turns[at] as number]?.append([record]));
          for (const writer of writers) writer.close();
          expect(scanned(out).ids.sort()).toEqual(
            whole()
              .map(({ id }) => id)
              .sort(),
          );
          expect(scanned(out).corrupted).toBe(0);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('a journal that ends in the middle', () => {
  // After a power loss, what never reached the disk reads as zeros.
  it.each([0, 1, 300])(
    'at any byte of its last record, with %i zeros after it, loses at most that record',
    (zeros) => {
      fc.assert(
        fc.property(
          journals.filter((records) => text(records.slice(-1)).length < 400),
          (records) => {
            const out = written([records]);
            const bytes = Buffer.from(text(records));
            const start = Buffer.byteLength(text(records.slice(0, -1)));
            const before = records.slice(0, -1).map(({ id }) => id);
            for (let length = start; length <= bytes.length; length++) {
              const contents = Buffer.concat([bytes.subarray(0, length), Buffer.alloc(zeros)]);
              writeFileSync(file(out), contents);
              const kept = length === bytes.length || (length === bytes.length - 1 && zeros === 0);
              const ids = kept ? records.map(({ id }) => id) : before;
              const torn = (kept ? 0 : length - start) + zeros > 0 ? 1 : 0;
              expect([length, scanned(out)]).toEqual([length, { ids, torn, corrupted: 0 }]);
              const count = countJournal(out, key.sweep);
              expect([[...count.runs.keys()], count.torn, count.corrupted]).toEqual([ids, torn, 0]);
              expect(readFileSync(file(out)).equals(contents)).toBe(true);
              expect(scanned(out, { heal: true }).ids).toEqual(ids);
              expect(readFileSync(file(out)).equals(kept ? bytes : bytes.subarray(0, start))).toBe(true);
              expect(scanned(out)).toEqual({ ids, torn: 0, corrupted: 0 });
            }
          },
        ),
        { numRuns: zeros === 0 ? 2 : 1 },
      );
    },
  );

  it('is the journal of nobody when it was none from the start', () => {
    for (const contents of ['{"axis"', 'PK\u0003\u0004\u0000\u0000', '{"axes":{"a":1}}\n']) {
      const out = written([]);
      writeFileSync(file(out), contents);
      if (contents.startsWith('{"axes":{')) expect(scanned(out).corrupted).toBe(1);
      else expect(() => scanned(out)).toThrow('a foreign journal');
    }
  });
});

describe('a scan', () => {
  it('gives back what was journaled, non-finite numbers too, in order, with the line’s place', () => {
    fc.assert(
      fc.property(journals, journals, (first, second) => {
        const out = written([first, second]);
        const seen: [JournalRecord, string][] = [];
        const visit = (record: JournalRecord, { path }: { path: string }): void =>
          void seen.push([record, path]);
        expect(scanJournal(out, key.sweep, visit)).toEqual({ torn: 0, corrupted: 0 });
        expect(seen.map(([record]) => record)).toEqual([...first, ...second]);
        expect(seen.map(([, path]) => path)).toEqual([
          ...first.map(() => file(out, 1)),
          ...second.map(() => file(out, 2)),
        ]);
      }),
      { numRuns: 50 },
    );
  });

  it('reads lines longer than its buffer, and many to a buffer', () => {
    const long = recordFor(
      { dimension: 1 },
      0,
      measured({ draws: Array.from({ length: 150_000 }, (_, i) => i / 7) }),
    );
    expect(text([long]).length).toBeGreaterThan(2 * 2 ** 20);
    const out = written([[...whole(), long, ...whole(1)]]);
    expect(scanned(out).ids).toEqual([...whole(), long, ...whole(1)].map(({ id }) => id));
    expect(countJournal(written([[long]]), key.sweep).runs.get(long.id)?.ended).toBe('measured');
  });

  it('takes no more memory for more records', () => {
    const out = written([]);
    mkdirSync(join(out, 'journal'), { recursive: true });
    const records = Array.from({ length: 500 }, (_, at) =>
      recordFor(
        { dimension: at },
        0,
        measured(Object.fromEntries(Array.from({ length: 50 }, (__, i) => [`m${i}`, (at + i) / 7]))),
      ),
    );
    const part = text(records);
    const copies = Math.ceil(96e6 / part.length);
    writeFileSync(file(out), part.repeat(copies));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [fileURLToPath(new URL('./fixtures/scanner.js', import.meta.url)), out, key.sweep],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    const { records: seen, grown } = JSON.parse(stdout) as { records: number; grown: number };
    expect(seen).toBe(copies * 500);
    // V8's nursery and the garbage of one collection; the file as a string, or its records, would be 96 MB and more.
    expect(grown).toBeLessThan(48);
  });
});

describe('a glance', () => {
  const words = fc.constantFrom('id', 'code', 'seed', 'sweep', 'outcome', 'axes', 'kind', 'x');
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '},"code":"z"',
      '"},"code":"',
      ',"id":"',
      '","outcome":{"kind":"measured"',
      ',"seed":"7","sweep":"y"',
      '}',
      '\\',
    ),
  );
  it('sees of every line what a scan sees, whatever axes, facts and measurements are called', () => {
    fc.assert(
      fc.property(
        fc.dictionary(words, fc.oneof(texts, fc.integer())),
        fc.option(fc.dictionary(words, texts, { minKeys: 1 }), { nil: undefined }),
        fc.oneof(
          fc
            .dictionary(
              words,
              fc.oneof(
                fc.double().map((x) => x + 0),
                fc.array(fc.integer()),
              ),
            )
            .map(measured),
          texts.map((message) => failed(message, 'timed-out')),
        ),
        texts,
        texts,
        (axes, facts, outcome, seed, code) => {
          const record = recordFor(axes, 3, outcome, { seed, code, ...(facts && { facts }) });
          const out = written([[record]]);
          const seen: unknown[] = [];
          glanceJournal(out, key.sweep, (glance) => seen.push({ ...glance, check: undefined }));
          const ended = outcome.kind === 'measured' ? 'measured' : outcome.failure.kind;
          const line = { at: 0, length: Buffer.byteLength(text([record])) - 1, path: file(out) };
          const run = { id: record.id, axes: canonical(axes), replicate: 3 };
          expect(seen).toEqual([{ ...run, ended, sweep: key.sweep, seed, code, ...line }]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('believes no line whose bytes have changed', () => {
    const bytes = Buffer.from(text(whole().slice(0, 2)));
    const end = bytes.indexOf(10);
    const out = written([]);
    for (let at = 0; at < end; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      writeFileSync(file(out), flipped);
      const { runs, corrupted } = countJournal(out, key.sweep);
      expect([at, runs.size, corrupted]).toEqual([at, 1, 1]);
    }
  });
});

describe('a count', () => {
  it('knows how each run ended: the measured record, or else the latest failure', () => {
    const [one, two, three] = whole().slice(0, 3) as [JournalRecord, JournalRecord, JournalRecord];
    const out = written([
      [
        { ...one, outcome: failed('first') },
        { ...two, outcome: failed('first') },
      ],
      [one, three, { ...two, outcome: failed('again', 'timed-out') }, { ...one, outcome: failed('late') }],
    ]);
    const ends = [...countJournal(out, key.sweep).runs].map(([id, { ended }]) => [id, ended]);
    expect(ends).toEqual([
      [one.id, 'measured'],
      [two.id, 'timed-out'],
      [three.id, 'measured'],
    ]);
    const { records, failures } = readResults(out);
    expect([records.length, failures.length]).toEqual([2, 1]);
  });

  it('raises the determinism alarm with the first measurement that differs, and refuses another sweep', () => {
    const [record] = whole() as [JournalRecord];
    const other = { ...record, outcome: measured({ losses: [1, 0], margin: 1 }) };
    const out = written([[record], [other]]);
    expect(() => countJournal(out, key.sweep)).toThrow(DeterminismAlarm);
    expect(() => countJournal(out, key.sweep)).toThrow(
      /0001\.jsonl and 0002\.jsonl \(margin was 3\.6\d*, is 1\)/,
    );
    expect(() => countJournal(out, 'another')).toThrow(/foreign journal, of written/);
    expect(countJournal(written([[record], [record]]), key.sweep).runs.size).toBe(1);
  });
});
